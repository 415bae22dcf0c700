namespace OlmoSharp.Data.Taggers.Length;

/// <summary>One number for the document.</summary>
/// <param name="type">What it is.</param>
/// <param name="measure">Measures it.</param>
internal sealed class DocumentLengthTagger(string type, Func<TaggedDocument, int> measure) : ITagger
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Types { get; } = [type];

    /// <inheritdoc/>
    public void Tag(TaggedDocument document, TagSpans spans) => spans.AddDocument(0, measure(document));
}
