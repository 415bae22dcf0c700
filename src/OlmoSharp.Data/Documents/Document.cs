using System.Text.Json.Nodes;

namespace OlmoSharp.Data.Documents;

/// <summary>
/// One document in the layout of the Dolma toolkit: a row of a JSONL file under <c>documents/</c>.
/// </summary>
public sealed record Document
{
    /// <summary>The identifier, unique within <see cref="Source"/>.</summary>
    public required string Id { get; init; }

    /// <summary>The text itself.</summary>
    public required string Text { get; init; }

    /// <summary>The name of the source the document comes from, for example <c>dotnet-base</c>.</summary>
    public required string Source { get; init; }

    /// <summary>When the document was taken into the corpus, as written in the file; null when not given.</summary>
    public string? Added { get; init; }

    /// <summary>When the document was made, as written in the file; null when not given.</summary>
    public string? Created { get; init; }

    /// <summary>Anything else the source knows about the document; null when not given.</summary>
    public JsonObject? Metadata { get; init; }
}
