namespace OlmoSharp.Data.Mixing;

/// <summary>A document file of a stream.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Documents">The file.</param>
/// <param name="Attributes">Its attribute files.</param>
/// <param name="Bytes">Its bytes on the disk.</param>
internal sealed record MixInput(MixStream Stream, string Documents, IReadOnlyList<string> Attributes, long Bytes)
{
    /// <summary>All files that are read.</summary>
    public IEnumerable<string> Files => Attributes.Prepend(Documents);
}
