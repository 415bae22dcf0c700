using System.Text.Json.Serialization;

namespace OlmoSharp.Server.Responses;

/// <summary>A model that is served.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Created">Seconds since 1970 when the server started.</param>
/// <param name="MaxModelLen">Tokens of prompt and text together; not in OpenAI's API.</param>
internal sealed record ModelCard(string Id, long Created, int MaxModelLen)
{
    /// <summary>What this is.</summary>
    [JsonPropertyOrder(-1)]
    public string Object { get; } = "model";

    /// <summary>Who has it.</summary>
    public string OwnedBy { get; } = "olmosharp";
}
