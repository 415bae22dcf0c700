using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using OlmoSharp.Data.Texts;

namespace OlmoSharp.Data.Taggers.Repetitions;

/// <summary>
/// Finds what Python's <c>re</c> finds for <c>(.+?)(\s?\1){3,}</c>: the leftmost and shortest group of characters, without line feed, that stands four times
/// or more in a row, where one white space character may come before each further one.
/// </summary>
/// <remarks>
/// Without its white space every match is a <see cref="PeriodicRuns">periodic run</see> of the text without its white space (or it is white space alone), and
/// the group's length there is a multiple of the run's period. So the expression is tried only where there are such runs, and only with such groups.
/// </remarks>
internal sealed class CharacterRepetitions
{
    private readonly PeriodicRuns _runs = new();
    private readonly List<Candidate> _candidates = [];
    private readonly List<Candidate> _active = [];
    private byte[] _solid = [];
    private int[] _before = [];

    /// <summary>Finds the matches, in the order of the text; none overlaps another.</summary>
    /// <param name="text">The text.</param>
    /// <param name="words">Its words, or those of the part searched.</param>
    /// <param name="start">First byte of the part searched.</param>
    /// <param name="end">The byte after its last.</param>
    /// <param name="longestLine">At least the length in bytes of the part's longest line.</param>
    /// <param name="found">Where to add the matches; the score counts the group in the match, as Python's <c>str.count</c> does.</param>
    public void Find(PaddedText text, ReadOnlySpan<TextWord> words, int start, int end, int longestLine, List<Repetition> found)
    {
        var length = TakeSolid(text, words);
        _runs.Find(_solid.AsSpan(0, length + PeriodicRuns.Padding), longestLine);
        CollectCandidates(text.Span, words, start, end);
        var next = 0;
        var word = 0;
        var at = start;
        _active.Clear();
        var bytes = text.Span[..end];
        while (true)
        {
            _active.RemoveAll(candidate => candidate.Last < at);
            if (_active.Count == 0 && next < _candidates.Count)
            {
                at = Math.Max(at, _candidates[next].First);
            }

            for (; next < _candidates.Count && _candidates[next].First <= at; next++)
            {
                if (_candidates[next].Last >= at)
                {
                    _active.Add(_candidates[next]);
                }
            }

            if (_active.Count == 0)
            {
                if (next == _candidates.Count)
                {
                    return;
                }

                continue;
            }

            while (word < words.Length && words[word].End <= at)
            {
                word++;
            }

            var match = Match(bytes, words, word, at);
            if (match.Times > 0)
            {
                found.Add(match);
            }

            at = match.Times > 0 ? match.End : at + CharacterLength(bytes[at]);
        }
    }

    /// <summary>Puts the words together, and adds up their lengths.</summary>
    private int TakeSolid(PaddedText text, ReadOnlySpan<TextWord> words)
    {
        if (_before.Length <= words.Length)
        {
            _before = new int[Math.Max(words.Length + 1, 2 * _before.Length)];
        }

        var length = 0;
        for (var i = 0; i < words.Length; i++)
        {
            _before[i] = length;
            length += words[i].Length;
        }

        _before[words.Length] = length;
        if (_solid.Length < length + PeriodicRuns.Padding)
        {
            _solid = new byte[Math.Max(length + PeriodicRuns.Padding, 2 * _solid.Length)];
        }

        ref var from = ref MemoryMarshal.GetReference(text.Padded);
        ref var to = ref MemoryMarshal.GetArrayDataReference(_solid);
        for (var i = 0; i < words.Length; i++)
        {
            // Both sides have room for more than a short word, and the next word overwrites what is too much.
            if (words[i].Length <= Vector256<byte>.Count)
            {
                Vector256.LoadUnsafe(ref from, (nuint)words[i].Start).StoreUnsafe(ref to, (nuint)_before[i]);
            }
            else
            {
                text.Span.Slice(words[i].Start, words[i].Length).CopyTo(_solid.AsSpan(_before[i]));
            }
        }

        return length;
    }

    private void CollectCandidates(ReadOnlySpan<byte> text, ReadOnlySpan<TextWord> words, int start, int end)
    {
        _candidates.Clear();
        foreach (var (runStart, runEnd, period) in _runs.Found)
        {
            // The group may begin with the white space before the run's first word.
            var first = WordAt(runStart, 0, words.Length);
            var begin = runStart > _before[first] ? words[first].Start + runStart - _before[first] : first == 0 ? start : words[first - 1].End;

            // A run of bytes may begin inside a character that ends as the group does.
            while ((text[begin] & 0xC0) == 0x80)
            {
                begin++;
            }

            var last = runEnd - 4 * period;
            var lastWord = WordAt(last, first, words.Length);
            _candidates.Add(new Candidate(begin, words[lastWord].Start + last - _before[lastWord], runEnd, period));
        }

        var gap = start;
        for (var i = 0; i <= words.Length; i++)
        {
            var gapEnd = i < words.Length ? words[i].Start : end;
            if (gapEnd - gap >= 4)
            {
                _candidates.Add(new Candidate(gap, gapEnd - 4, gapEnd, Period: 0));
            }

            gap = i < words.Length ? words[i].End : end;
        }

        _candidates.Sort((left, right) => left.First.CompareTo(right.First));
    }

    /// <summary>The match that begins at a character, or none.</summary>
    private Repetition Match(ReadOnlySpan<byte> bytes, ReadOnlySpan<TextWord> words, int word, int at)
    {
        var best = default(Repetition);
        var shortest = int.MaxValue;
        if (bytes[at] == (byte)'\n')
        {
            return best;
        }

        foreach (var candidate in _active)
        {
            if (candidate.Period == 0)
            {
                MatchWhiteSpace(bytes, candidate, at, ref shortest, ref best);
            }
            else if (word < words.Length)
            {
                MatchRun(bytes, words, candidate, word, at, ref shortest, ref best);
            }
        }

        return best;
    }

    private static void MatchWhiteSpace(ReadOnlySpan<byte> bytes, Candidate gap, int at, ref int shortest, ref Repetition best)
    {
        for (var end = at + CharacterLength(bytes[at]); at + 4 * (end - at) <= gap.End && end - at < shortest; end += CharacterLength(bytes[end]))
        {
            if (bytes[end - 1] == (byte)'\n' || Try(bytes, at, end, ref shortest, ref best))
            {
                return;
            }
        }
    }

    private void MatchRun(
        ReadOnlySpan<byte> bytes, ReadOnlySpan<TextWord> words, Candidate run, int word, int at, ref int shortest, ref Repetition best)
    {
        var rank = _before[word] + Math.Max(0, at - words[word].Start);
        var checkedUntil = at;
        for (var length = run.Period; rank + 4L * length <= run.End; length += run.Period)
        {
            var lastWord = WordAt(rank + length - 1, word, words.Length);
            var end = words[lastWord].Start + rank + length - _before[lastWord];
            if (end - at >= shortest || bytes[checkedUntil..end].Contains((byte)'\n') || Try(bytes, at, end, ref shortest, ref best))
            {
                return;
            }

            // The group may end with white space.
            checkedUntil = end;
            while (end - at < shortest && WhiteSpace.Length(bytes[end..]) is > 0 and var space && bytes[end] != (byte)'\n')
            {
                end += space;
                if (Try(bytes, at, end, ref shortest, ref best))
                {
                    return;
                }
            }
        }
    }

    /// <summary>Tries a group, and keeps what it matches: it is shorter than those before.</summary>
    private static bool Try(ReadOnlySpan<byte> bytes, int start, int end, ref int shortest, ref Repetition best)
    {
        var group = bytes[start..end];
        var matchEnd = Repeat(bytes, group, end, 3);
        if (matchEnd < 0)
        {
            return false;
        }

        shortest = group.Length;
        best = new Repetition(start, matchEnd, bytes[start..matchEnd].Count(group));
        return true;
    }

    /// <summary>Where the group's further copies end, or −1 if they are too few. A copy with white space before it goes first, as <c>\s?</c> is greedy.</summary>
    private static int Repeat(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> group, int at, int needed)
    {
        while (true)
        {
            var space = WhiteSpace.Length(bytes[at..]);
            if (space > 0 && bytes[(at + space)..].StartsWith(group))
            {
                if (needed <= 1)
                {
                    at += space + group.Length;
                    needed = 0;
                    continue;
                }

                if (Repeat(bytes, group, at + space + group.Length, needed - 1) is >= 0 and var end)
                {
                    return end;
                }
            }

            if (!bytes[at..].StartsWith(group))
            {
                return needed > 0 ? -1 : at;
            }

            at += group.Length;
            needed = Math.Max(0, needed - 1);
        }
    }

    /// <summary>The word that holds a byte of the text without white space.</summary>
    private int WordAt(int solid, int low, int words)
    {
        var high = words - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = _before[middle] <= solid ? (middle, high) : (low, middle - 1);
        }

        return low;
    }

    private static int CharacterLength(byte lead) => lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;

    /// <summary>Where matches may begin, from the first to the last of these bytes: in a run (End counts without white space), or in white space (Period is 0).</summary>
    private readonly record struct Candidate(int First, int Last, int End, int Period);
}
