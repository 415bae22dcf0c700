namespace OlmoSharp.Server.Responses;

/// <summary>The models that are served.</summary>
/// <param name="Data">One for each name.</param>
internal sealed record ModelList(IReadOnlyList<ModelCard> Data)
{
    /// <summary>What this is.</summary>
    public string Object { get; } = "list";
}
