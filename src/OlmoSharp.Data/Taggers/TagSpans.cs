using OlmoSharp.Data.Attributes;

namespace OlmoSharp.Data.Taggers;

/// <summary>Collects what a tagger says of one document.</summary>
public sealed class TagSpans
{
    private readonly List<AttributeSpan>[] _spans;
    private TaggedDocument? _document;

    internal TagSpans(int types) => _spans = [.. Enumerable.Range(0, types).Select(_ => new List<AttributeSpan>())];

    /// <summary>Says something of a part of the text.</summary>
    /// <param name="type">What is said: the place in <see cref="ITagger.Types"/>.</param>
    /// <param name="start">First byte of the part; the first byte of a code point.</param>
    /// <param name="end">The byte after its last.</param>
    /// <param name="score">The value; kept to five decimals, as in Dolma.</param>
    public void Add(int type, int start, int end, double score)
    {
        var codePoints = _document!.CodePoints;
        AddCodePoints(type, codePoints.Before(start), codePoints.Before(end), score);
    }

    /// <summary>Says something of a part of the text that is known in code points.</summary>
    /// <param name="type">What is said: the place in <see cref="ITagger.Types"/>.</param>
    /// <param name="start">First code point of the part.</param>
    /// <param name="end">The code point after its last.</param>
    /// <param name="score">The value; kept to five decimals, as in Dolma.</param>
    public void AddCodePoints(int type, int start, int end, double score) =>
        _spans[type].Add(new AttributeSpan(start, end, Math.Round(score, 5)));

    /// <summary>Says something of the whole text.</summary>
    /// <param name="type">What is said: the place in <see cref="ITagger.Types"/>.</param>
    /// <param name="score">The value; kept to five decimals, as in Dolma.</param>
    public void AddDocument(int type, double score) => AddCodePoints(type, 0, _document!.CodePoints.Count, score);

    internal ReadOnlySpan<AttributeSpan> Of(int type) => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_spans[type]);

    internal void Reset(TaggedDocument document)
    {
        _document = document;
        foreach (var spans in _spans)
        {
            spans.Clear();
        }
    }
}
