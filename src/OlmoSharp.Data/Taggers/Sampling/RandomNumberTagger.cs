using System.IO.Hashing;

namespace OlmoSharp.Data.Taggers.Sampling;

/// <summary>
/// A number for the document, even in [0, 1): the first 53 bits of the XXH3 hash of its identifier, seeded. It is the document's own, whatever file, process or order it
/// is tagged in.
/// </summary>
/// <param name="seed">The seed.</param>
internal sealed class RandomNumberTagger(long seed) : ITagger
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Types { get; } = ["random"];

    /// <inheritdoc/>
    public void Tag(TaggedDocument document, TagSpans spans) =>
        spans.AddDocument(0, (XxHash3.HashToUInt64(document.Row.Id, seed) >> 11) * (1.0 / (1UL << 53)));
}
