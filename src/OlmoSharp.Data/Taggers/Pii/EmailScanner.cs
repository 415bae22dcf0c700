using OlmoSharp.Data.Texts;

namespace OlmoSharp.Data.Taggers.Pii;

/// <summary>
/// Finds what Dolma's expression <c>[.\s@,?!;:)(]*([^\s@]+@[^\s@,?!;:)(]+?)[.\s@,?!;:)(]?(?:\s|$)</c> finds, from one <c>@</c> to the next, in time proportional to the text. The end of the text
/// counts as white space, which Dolma's lacks: there the last word of a text is no address.
/// </summary>
internal static class EmailScanner
{
    /// <summary>Finds addresses with a dot in the domain.</summary>
    /// <param name="text">Valid UTF-8.</param>
    /// <param name="offset">What is added to places.</param>
    /// <param name="found">Where to add them.</param>
    public static void Find(ReadOnlySpan<byte> text, int offset, List<PiiMatch> found)
    {
        var floor = 0;
        for (var at = Next(text, 0); at >= 0; at = Next(text, Math.Max(at + 1, floor)))
        {
            if (LocalStart(text, floor, at) == at || !Domain(text, at, out _, out _))
            {
                continue;
            }

            var start = LeadStart(text, floor, LocalStart(text, floor, at));
            var (local, sign, domainEnd, end) = LongestLead(text, start);
            var domain = text[(sign + 1)..domainEnd];
            if (domain.Contains((byte)'.') && !text[local..sign].SequenceEqual("("u8))
            {
                found.Add(new PiiMatch(PiiKind.Email, offset + start, offset + end));
            }

            floor = end;
        }
    }

    private static int Next(ReadOnlySpan<byte> text, int from)
    {
        var index = from < text.Length ? text[from..].IndexOf((byte)'@') : -1;
        return index < 0 ? -1 : from + index;
    }

    /// <summary>Where the run without white space and <c>@</c> before a place begins.</summary>
    private static int LocalStart(ReadOnlySpan<byte> text, int floor, int at)
    {
        while (at > floor && text[at - 1] != '@' && SpaceBefore(text, at) == 0)
        {
            at--;
        }

        return at;
    }

    private static int LeadStart(ReadOnlySpan<byte> text, int floor, int at)
    {
        while (at > floor)
        {
            var length = IsMark(text[at - 1]) ? 1 : SpaceBefore(text, at);
            if (length == 0 || at - length < floor)
            {
                break;
            }

            at -= length;
        }

        return at;
    }

    /// <summary>The expression takes as much white space and punctuation at its start as still leaves an address.</summary>
    private static (int Local, int Sign, int DomainEnd, int End) LongestLead(ReadOnlySpan<byte> text, int start)
    {
        var local = start;
        while (local < text.Length && (IsMark(text[local]) ? 1 : WhiteSpace.Length(text[local..])) is > 0 and var length)
        {
            local += length;
        }

        var stop = local;
        while (stop < text.Length && text[stop] != '@' && WhiteSpace.Length(text[stop..]) == 0)
        {
            stop++;
        }

        for (var refused = -1; ;)
        {
            if (stop > local && stop != refused && stop < text.Length && text[stop] == '@')
            {
                if (Domain(text, stop, out var domainEnd, out var end))
                {
                    return (local, stop, domainEnd, end);
                }

                refused = stop;
            }

            // One step back: what is white space or @ there ends the run before it.
            var space = SpaceBefore(text, local);
            local -= Math.Max(1, space);
            stop = space > 0 || text[local] == '@' ? local : stop;
        }
    }

    /// <summary>Whether a domain follows an <c>@</c>, as short as it can be, and then white space or the text's end, perhaps after a mark.</summary>
    private static bool Domain(ReadOnlySpan<byte> text, int at, out int domainEnd, out int end)
    {
        domainEnd = at + 1;
        while (domainEnd < text.Length && (text[domainEnd] == '.' || !IsMark(text[domainEnd])) && WhiteSpace.Length(text[domainEnd..]) == 0)
        {
            domainEnd++;
        }

        end = domainEnd;
        if (domainEnd == at + 1)
        {
            return false;
        }

        var space = WhiteSpace.Length(text[domainEnd..]);
        if (text[domainEnd - 1] == '.' && domainEnd - 1 > at + 1 && (space > 0 || domainEnd == text.Length))
        {
            end = domainEnd + space;
            domainEnd--;
            return true;
        }

        if (domainEnd == text.Length)
        {
            return true;
        }

        var mark = Math.Max(1, space);
        if (domainEnd + mark == text.Length || WhiteSpace.Length(text[(domainEnd + mark)..]) is > 0)
        {
            end = domainEnd + mark + WhiteSpace.Length(text[(domainEnd + mark)..]);
            return true;
        }

        end = domainEnd + space;
        return space > 0;
    }

    private static bool IsMark(byte value) => value is (byte)'.' or (byte)'@' or (byte)',' or (byte)'?' or (byte)'!' or (byte)';' or (byte)':' or (byte)')' or (byte)'(';

    /// <summary>Bytes of the white space character that ends before a place; 0 where there is none.</summary>
    private static int SpaceBefore(ReadOnlySpan<byte> text, int end)
    {
        if (end == 0)
        {
            return 0;
        }

        if (text[end - 1] < 0x80)
        {
            return WhiteSpace.Length(text[(end - 1)..]);
        }

        for (var length = 2; length <= 3 && length <= end; length++)
        {
            if (WhiteSpace.Length(text[(end - length)..]) == length)
            {
                return length;
            }
        }

        return 0;
    }
}
