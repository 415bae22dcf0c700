namespace OlmoSharp.Evaluation.Hub;

/// <summary>A split that tasks need.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Config">The configuration; empty where there is none.</param>
/// <param name="Split">The split.</param>
/// <param name="State">What is to be done.</param>
/// <param name="Files">Its downloaded files, and those to be downloaded.</param>
public sealed record FetchItem(string Dataset, string Config, string Split, FetchState State, IReadOnlyList<FetchedFile> Files);
