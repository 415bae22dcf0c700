using OlmoSharp.Data.Deduplication.Keys;

namespace OlmoSharp.Data.Deduplication.Substrings;

/// <summary>Turns tokens into small numbers in the same order.</summary>
internal static class TokenRanks
{
    /// <summary>The number of each token among all different ones, in their order.</summary>
    /// <param name="tokens">The tokens.</param>
    /// <param name="count">How many different ones there are.</param>
    public static int[] Of(WordToken[] tokens, out int count)
    {
        var ranks = new int[tokens.Length];
        var firsts = FindFirsts(tokens, ranks);
        count = firsts.Length;
        var order = new int[count];
        for (var i = 0; i < count; i++)
        {
            order[i] = i;
        }

        order.AsSpan().Sort(new ByToken(tokens, firsts));

        // The first occurrences are not needed any more: their places take the ranks.
        for (var i = 0; i < count; i++)
        {
            firsts[order[i]] = i;
        }

        for (var i = 0; i < ranks.Length; i++)
        {
            ranks[i] = firsts[ranks[i]];
        }

        return ranks;
    }

    /// <summary>Where each different token first occurs; each token gets its number among these.</summary>
    private static int[] FindFirsts(WordToken[] tokens, int[] numbers)
    {
        var slots = new int[3 * (long)tokens.Length / 2 + 1];
        var firsts = new List<int>();
        for (var i = 0; i < tokens.Length; i++)
        {
            var token = tokens[i];
            var slot = (int)KeyHash.Scale(token.Word ^ (token.Separator * 0x9E3779B97F4A7C15), (ulong)slots.Length);
            while (slots[slot] > 0 && tokens[firsts[slots[slot] - 1]] != token)
            {
                slot = slot + 1 == slots.Length ? 0 : slot + 1;
            }

            if (slots[slot] == 0)
            {
                firsts.Add(i);
                slots[slot] = firsts.Count;
            }

            numbers[i] = slots[slot] - 1;
        }

        return [.. firsts];
    }

    private readonly struct ByToken(WordToken[] tokens, int[] firsts) : IComparer<int>
    {
        public int Compare(int first, int second) => tokens[firsts[first]].CompareTo(tokens[firsts[second]]);
    }
}
