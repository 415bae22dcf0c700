namespace OlmoSharp.Data.Taggers.Length;

/// <summary>Code points of the document.</summary>
internal sealed class CharLengthTagger : ITagger
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Types { get; } = ["length"];

    /// <inheritdoc/>
    public void Tag(TaggedDocument document, TagSpans spans) => spans.AddDocument(0, document.CodePoints.Count);
}
