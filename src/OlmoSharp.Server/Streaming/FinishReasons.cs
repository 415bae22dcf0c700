using OlmoSharp.Inference.Generation;

namespace OlmoSharp.Server.Streaming;

/// <summary>Why texts end, in the words of OpenAI's API.</summary>
internal static class FinishReasons
{
    /// <summary>The word for a reason.</summary>
    public static string NameOf(FinishReason reason) => reason == FinishReason.Stop ? "stop" : "length";
}
