namespace OlmoSharp.Evaluation.Hub;

/// <summary>A file of a dataset on the hub.</summary>
/// <param name="Path">Its path in the repository.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="Checksum">What its bytes must give.</param>
internal sealed record HubFile(string Path, long Size, FileChecksum Checksum);
