using OlmoSharp.Data.Documents;

namespace OlmoSharp.Data.Curation;

/// <summary>The documents that a curation kept, in their order, and the account of the rest.</summary>
/// <param name="Documents">The documents kept.</param>
/// <param name="Report">What was kept and removed, and why.</param>
public sealed record CurationResult(IReadOnlyList<Document> Documents, CurationReport Report);
