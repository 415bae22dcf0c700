namespace OlmoSharp.Data.Taggers;

/// <summary>
/// Says something of documents: of a whole document or of parts of its text. Each thread has a tagger of its own, so it may keep buffers
/// between documents; what it says of a document must depend on that document alone.
/// </summary>
public interface ITagger
{
    /// <summary>What the tagger can say, such as <c>word_count</c>; spans name it by its place in this list, which never changes.</summary>
    IReadOnlyList<string> Types { get; }

    /// <summary>Says what there is to say of a document.</summary>
    /// <param name="document">The document.</param>
    /// <param name="spans">Where to say it.</param>
    /// <exception cref="FormatException">The document lacks what the tagger needs; the job stops and names file and line.</exception>
    void Tag(TaggedDocument document, TagSpans spans);
}
