namespace OlmoSharp.Evaluation.Hub;

/// <summary>A dataset on the hub at one commit.</summary>
/// <param name="Name">Its repository, as the hub calls it today.</param>
/// <param name="Commit">The commit.</param>
internal sealed record HubDataset(string Name, string Commit);
