namespace OlmoSharp.Server.Requests;

/// <summary>How many texts a request may ask for of one prompt.</summary>
internal static class SampleCount
{
    /// <summary>Most texts, as OpenAI has it.</summary>
    public const int Most = 128;
}
