using System.Globalization;
using System.Text;
using OlmoSharp.Tokenization.ChatTemplates.Values;

namespace OlmoSharp.Tokenization.ChatTemplates.Running;

/// <summary>Cutting texts as Python does; the marks of every part stay with it.</summary>
internal static class TextParts
{
    /// <summary>What Python counts as white space.</summary>
    public static bool IsSpace(char unit) => char.IsWhiteSpace(unit) || unit is >= '\x1C' and <= '\x1F';

    /// <summary>Takes characters away at the ends.</summary>
    /// <param name="text">The text.</param>
    /// <param name="characters">Which; null: white space.</param>
    /// <param name="left">Whether at the start.</param>
    /// <param name="right">Whether at the end.</param>
    public static MarkedText Strip(MarkedText text, MarkedText? characters, bool left, bool right)
    {
        var (start, end) = (0, text.Text.Length);
        HashSet<Rune>? taken = characters is null ? null : [.. characters.Text.EnumerateRunes()];
        while (left && start < end && Length(text.Text.AsSpan(start, end - start), taken, fromEnd: false) is > 0 and var length)
        {
            start += length;
        }

        while (right && start < end && Length(text.Text.AsSpan(start, end - start), taken, fromEnd: true) is > 0 and var length)
        {
            end -= length;
        }

        return text.Slice(start, end);
    }

    /// <summary>Splits a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="separator">What stands between the parts; null: white space, which also is dropped at the ends.</param>
    /// <param name="most">Cuts at most; below 0: any number.</param>
    /// <param name="fromEnd">Whether the last ones are cut first.</param>
    /// <param name="budget">What it may cost.</param>
    public static ListValue Split(MarkedText text, MarkedText? separator, int most, bool fromEnd, RenderBudget budget)
    {
        var cuts = separator is null ? Spaces(text.Text) : Finds(text.Text, separator.Text, fromEnd, budget);
        if (separator is null)
        {
            return Words(text, cuts, most, fromEnd, budget);
        }

        if (most >= 0 && cuts.Count > most)
        {
            cuts = fromEnd ? cuts[^most..] : cuts[..most];
        }

        return Between(text, cuts, budget);
    }

    /// <summary>The places where a text occurs in another, apart from each other.</summary>
    public static List<TextSpan> Finds(string text, string sought, bool fromEnd, RenderBudget budget)
    {
        if (sought.Length == 0)
        {
            throw new TemplateFault("empty separator");
        }

        budget.SpendSearch(text.Length, sought.Length);
        List<TextSpan> finds = [];
        if (fromEnd)
        {
            for (var end = text.Length; end > 0 && text.AsSpan(0, end).LastIndexOf(sought, StringComparison.Ordinal) is >= 0 and var found; end = found)
            {
                finds.Add(new(found, found + sought.Length));
            }

            finds.Reverse();
            return finds;
        }

        for (var start = 0; text.IndexOf(sought, start, StringComparison.Ordinal) is >= 0 and var found; start = found + sought.Length)
        {
            finds.Add(new(found, found + sought.Length));
        }

        return finds;
    }

    /// <summary>Puts another text in the place of one.</summary>
    /// <param name="text">The text.</param>
    /// <param name="old">What goes; nothing stands between all characters.</param>
    /// <param name="replacement">What comes.</param>
    /// <param name="most">Places at most; below 0: all.</param>
    /// <param name="budget">What it may cost.</param>
    public static MarkedText Replace(MarkedText text, MarkedText old, MarkedText replacement, int most, RenderBudget budget)
    {
        var finds = old.Text.Length > 0
            ? Finds(text.Text, old.Text, fromEnd: false, budget)
            : [.. Enumerable.Range(0, text.Length + 1).Select(character => new TextSpan(text.UnitOf(character), text.UnitOf(character)))];
        MarkedTextBuilder builder = new();
        var place = 0;
        foreach (var find in most >= 0 ? finds.Take(most) : finds)
        {
            budget.SpendText(find.Start - place + replacement.Text.Length);
            builder.Append(text.Slice(place, find.Start)).Append(replacement);
            place = find.End;
        }

        return builder.Append(text.Slice(place, text.Text.Length)).Build();
    }

    /// <summary>The lines of a text.</summary>
    public static ListValue Lines(MarkedText text, bool keepEnds, RenderBudget budget)
    {
        List<object?> lines = [];
        var start = 0;
        for (var i = 0; i < text.Text.Length; i++)
        {
            if (text.Text[i] is '\n' or '\r' or '\v' or '\f' or '\x1C' or '\x1D' or '\x1E' or '\x85' or '\u2028' or '\u2029')
            {
                var end = i;
                i += text.Text[i] == '\r' && i + 1 < text.Text.Length && text.Text[i + 1] == '\n' ? 1 : 0;
                budget.SpendText(end - start);
                lines.Add(text.Slice(start, keepEnds ? i + 1 : end));
                start = i + 1;
            }
        }

        if (start < text.Text.Length)
        {
            lines.Add(text.Slice(start, text.Text.Length));
        }

        return new(lines);
    }

    /// <summary>Puts texts together.</summary>
    public static MarkedText Join(MarkedText separator, IEnumerable<MarkedText> parts, RenderBudget budget)
    {
        MarkedTextBuilder builder = new();
        var isFirst = true;
        foreach (var part in parts)
        {
            budget.SpendText(part.Text.Length + separator.Text.Length);
            if (!isFirst)
            {
                builder.Append(separator);
            }

            builder.Append(part);
            isFirst = false;
        }

        return builder.Build();
    }

    /// <summary>Fills a text up to a width.</summary>
    /// <param name="text">The text.</param>
    /// <param name="width">Characters.</param>
    /// <param name="fill">One character.</param>
    /// <param name="before">How many of the missing characters stand before the text.</param>
    /// <param name="budget">What it may cost.</param>
    public static MarkedText Pad(MarkedText text, int width, MarkedText fill, Func<int, int> before, RenderBudget budget)
    {
        if (fill.Length != 1)
        {
            throw new TemplateFault("the fill character must be exactly one character long");
        }

        var missing = width - text.Length;
        if (missing <= 0)
        {
            return text;
        }

        budget.SpendText((long)missing * fill.Text.Length);
        var left = before(missing);
        return new MarkedTextBuilder().Append(Times(left)).Append(text).Append(Times(missing - left)).Build();

        MarkedText Times(int count) => fill.With(string.Concat(Enumerable.Repeat(fill.Text, count)));
    }

    /// <summary>A text whose first character is upper case and the others lower.</summary>
    public static MarkedText Capitalize(MarkedText text)
    {
        var first = text.Length == 0 ? 0 : text.UnitOf(1);
        return new MarkedTextBuilder().Append(Upper(text.Slice(0, first))).Append(Lower(text.Slice(first, text.Text.Length))).Build();
    }

    /// <summary>A text in upper case.</summary>
    public static MarkedText Upper(MarkedText text) => text.Mapped(text.Text.Contains('ß') ? text.Text.ToUpperInvariant().Replace("ß", "SS", StringComparison.Ordinal) : text.Text.ToUpperInvariant());

    /// <summary>A text in lower case.</summary>
    public static MarkedText Lower(MarkedText text) => text.Mapped(text.Text.ToLowerInvariant());

    /// <summary>A text in which letters after others are lower case and all others upper.</summary>
    public static MarkedText Title(MarkedText text)
    {
        StringBuilder title = new(text.Text.Length);
        var isInside = false;
        foreach (var rune in text.Text.EnumerateRunes())
        {
            var isCased = Rune.GetUnicodeCategory(rune) is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter;
            title.Append((isInside ? Rune.ToLowerInvariant(rune) : Rune.ToUpperInvariant(rune)).ToString());
            isInside = isCased;
        }

        return text.Mapped(title.ToString());
    }

    private static int Length(ReadOnlySpan<char> text, HashSet<Rune>? taken, bool fromEnd)
    {
        if (taken is null)
        {
            return IsSpace(fromEnd ? text[^1] : text[0]) ? 1 : 0;
        }

        _ = fromEnd ? Rune.DecodeLastFromUtf16(text, out var rune, out var length) : Rune.DecodeFromUtf16(text, out rune, out length);
        return taken.Contains(rune) ? length : 0;
    }

    private static List<TextSpan> Spaces(string text)
    {
        List<TextSpan> spaces = [];
        for (var i = 0; i < text.Length; i++)
        {
            var start = i;
            while (i < text.Length && IsSpace(text[i]))
            {
                i++;
            }

            if (i > start)
            {
                spaces.Add(new(start, i));
            }
        }

        return spaces;
    }

    private static ListValue Words(MarkedText text, List<TextSpan> spaces, int most, bool fromEnd, RenderBudget budget)
    {
        var whole = new TextSpan(0, text.Text.Length);
        if (spaces.Count > 0 && spaces[0].Start == 0)
        {
            whole = whole with { Start = spaces[0].End };
            spaces.RemoveAt(0);
        }

        if (spaces.Count > 0 && spaces[^1].End == text.Text.Length && (fromEnd || most < 0 || spaces.Count <= most))
        {
            whole = whole with { End = spaces[^1].Start };
            spaces.RemoveAt(spaces.Count - 1);
        }

        if (whole.Length <= 0)
        {
            return new([]);
        }

        if (most >= 0 && spaces.Count > most)
        {
            spaces = fromEnd ? spaces[^most..] : spaces[..most];
        }

        // A cut from the end leaves white space at the start as it is, one from the start that at the end.
        var inner = text.Slice(fromEnd && most >= 0 && spaces.Count == most ? 0 : whole.Start, whole.End);
        var moved = text.Text.Length == 0 ? 0 : whole.End - inner.Text.Length;
        return Between(inner, [.. spaces.Select(space => new TextSpan(space.Start - moved, space.End - moved))], budget);
    }

    private static ListValue Between(MarkedText text, List<TextSpan> cuts, RenderBudget budget)
    {
        List<object?> parts = [];
        var place = 0;
        foreach (var cut in cuts)
        {
            budget.SpendText(cut.Start - place);
            parts.Add(text.Slice(place, cut.Start));
            place = cut.End;
        }

        parts.Add(text.Slice(place, text.Text.Length));
        return new(parts);
    }
}
