using System.Text;

namespace OlmoSharp.Inference.Generation;

/// <summary>
/// Looks for stop strings in text that comes in pieces, and holds back what could still become one. The text ends before the first stop string to be complete; of several complete at
/// once, before the longest. Time is linear in the text (Knuth, Morris and Pratt 1977).
/// </summary>
internal sealed class StopStringMatcher
{
    private readonly IReadOnlyList<string> _stops;
    private readonly int[][] _borders;
    private readonly int[] _matched;
    private readonly StringBuilder _held = new();

    /// <summary>Starts a text.</summary>
    /// <param name="stops">Stop strings of whole characters, none empty.</param>
    public StopStringMatcher(IReadOnlyList<string> stops)
    {
        _stops = stops;
        _borders = [.. stops.Select(Borders)];
        _matched = new int[stops.Count];
    }

    /// <summary>Whether a stop string has come; nothing comes after it.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>Takes a piece of whole characters and gives back what is now certain.</summary>
    public string Append(string piece)
    {
        if (_stops.Count == 0 || IsStopped)
        {
            return IsStopped ? "" : piece;
        }

        foreach (var letter in piece)
        {
            _held.Append(letter);
            var longest = 0;
            for (var i = 0; i < _stops.Count; i++)
            {
                if (Advance(i, letter))
                {
                    longest = Math.Max(longest, _stops[i].Length);
                }
            }

            if (longest > 0)
            {
                IsStopped = true;
                return Release(longest, discard: true);
            }
        }

        return Release(_matched.Max(), discard: false);
    }

    /// <summary>Ends the text: what was held back is no stop string.</summary>
    public string Flush() => Release(0, discard: false);

    private bool Advance(int stop, char letter)
    {
        var (text, borders) = (_stops[stop], _borders[stop]);
        var matched = _matched[stop];
        while (matched > 0 && (matched == text.Length || text[matched] != letter))
        {
            matched = borders[matched - 1];
        }

        _matched[stop] = text[matched] == letter ? matched + 1 : 0;
        return _matched[stop] == text.Length;
    }

    private string Release(int keep, bool discard)
    {
        var length = _held.Length - keep;
        var text = _held.ToString(0, length);
        _held.Remove(0, discard ? _held.Length : length);
        return text;
    }

    /// <summary>For each beginning of a string, the length of its longest proper beginning that is also its end.</summary>
    private static int[] Borders(string text)
    {
        var borders = new int[text.Length];
        for (var i = 1; i < text.Length; i++)
        {
            var length = borders[i - 1];
            while (length > 0 && text[length] != text[i])
            {
                length = borders[length - 1];
            }

            borders[i] = text[length] == text[i] ? length + 1 : 0;
        }

        return borders;
    }
}
