namespace OlmoSharp.Tokenization.ChatTemplates.Values;

/// <summary>
/// A string that remembers which of its parts came from the conversation rather than from the template, so that those can never become special tokens. Every operation on strings
/// keeps the marks; where it cannot say what became of a part, the whole result is marked.
/// </summary>
internal sealed class MarkedText
{
    public static readonly MarkedText Empty = new("", isForeign: false);

    // Of code points; null where every one is a single unit.
    private int[]? _offsets;
    private bool _hasOffsets;

    /// <summary>Creates text all of which comes from one side.</summary>
    public MarkedText(string text, bool isForeign)
        : this(text, isForeign && text.Length > 0 ? [new(0, text.Length)] : [])
    {
    }

    /// <summary>Creates text of both.</summary>
    /// <param name="text">The text.</param>
    /// <param name="foreign">The parts from the conversation: in order, apart from each other.</param>
    public MarkedText(string text, IReadOnlyList<TextSpan> foreign) => (Text, Foreign) = (text, foreign);

    /// <summary>The text.</summary>
    public string Text { get; }

    /// <summary>The parts from the conversation.</summary>
    public IReadOnlyList<TextSpan> Foreign { get; }

    /// <summary>Whether any part is from the conversation.</summary>
    public bool IsForeign => Foreign.Count > 0;

    /// <summary>Characters as Python counts them: code points.</summary>
    public int Length => Offsets is { } offsets ? offsets.Length - 1 : Text.Length;

    private int[]? Offsets
    {
        get
        {
            if (!_hasOffsets)
            {
                _offsets = Text.AsSpan().ContainsAnyInRange('\uD800', '\uDBFF') ? FindOffsets(Text) : null;
                _hasOffsets = true;
            }

            return _offsets;
        }
    }

    /// <summary>The first UTF-16 unit of a character.</summary>
    public int UnitOf(int character) => Offsets is { } offsets ? offsets[character] : character;

    /// <summary>The character that starts at a UTF-16 unit.</summary>
    public int CharacterOf(int unit)
    {
        if (Offsets is not { } offsets)
        {
            return unit;
        }

        var found = Array.BinarySearch(offsets, unit);
        return found >= 0 ? found : ~found;
    }

    /// <summary>The character at a place.</summary>
    public MarkedText CharacterAt(int character) => Slice(UnitOf(character), UnitOf(character + 1));

    /// <summary>All characters.</summary>
    public IEnumerable<MarkedText> Characters()
    {
        var length = Length;
        for (var i = 0; i < length; i++)
        {
            yield return CharacterAt(i);
        }
    }

    /// <summary>A part.</summary>
    /// <param name="start">The first UTF-16 unit.</param>
    /// <param name="end">The unit after the last.</param>
    public MarkedText Slice(int start, int end)
    {
        if (start >= end)
        {
            return Empty;
        }

        if (start == 0 && end == Text.Length)
        {
            return this;
        }

        var part = Text[start..end];
        if (!IsForeign)
        {
            return new(part, isForeign: false);
        }

        List<TextSpan> spans = [];
        for (var i = FirstSpanEndingAfter(start); i < Foreign.Count && Foreign[i].Start < end; i++)
        {
            spans.Add(new(Math.Max(Foreign[i].Start, start) - start, Math.Min(Foreign[i].End, end) - start));
        }

        return new(part, spans);
    }

    /// <summary>Another text made of this one, of which it is not known where each part went.</summary>
    public MarkedText With(string text) => new(text, IsForeign);

    /// <summary>The same text, all of it from the conversation.</summary>
    public MarkedText AsForeign() => new(Text, isForeign: true);

    /// <summary>Another text of the same length, whose units stand where they stood.</summary>
    public MarkedText Mapped(string text) => text.Length == Text.Length ? new(text, Foreign) : With(text);

    /// <inheritdoc/>
    public override string ToString() => Text;

    private int FirstSpanEndingAfter(int unit)
    {
        var (low, high) = (0, Foreign.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Foreign[middle].End <= unit ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private static int[] FindOffsets(string text)
    {
        List<int> offsets = [];
        for (var i = 0; i < text.Length; i++)
        {
            offsets.Add(i);
            i += char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]) ? 1 : 0;
        }

        return [.. offsets, text.Length];
    }
}
