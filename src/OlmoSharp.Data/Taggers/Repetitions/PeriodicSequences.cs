namespace OlmoSharp.Data.Taggers.Repetitions;

/// <summary>A stretch of a sequence in which each element equals the one a period before.</summary>
/// <param name="Start">Its first element.</param>
/// <param name="End">The element after its last.</param>
/// <param name="Period">The period.</param>
internal readonly record struct PeriodicSequence(int Start, int End, int Period)
{
    /// <summary>How many whole periods it has.</summary>
    public int Times => (End - Start) / Period;
}

/// <summary>
/// Finds tokens that repeat: for every period from 1 to 13 the longest stretches of at least three periods. It is the search by which OLMo 2 and OLMoE
/// filter documents and training instances that repeat an n-gram of up to 13 tokens 32 times or more.
/// </summary>
internal static class PeriodicSequences
{
    /// <summary>The longest period looked for.</summary>
    public const int LongestPeriod = 13;

    /// <summary>Finds the stretches, by period and then by place.</summary>
    /// <param name="tokens">Tokens, or whatever stands for them.</param>
    /// <param name="found">Where to add them.</param>
    public static void Find(ReadOnlySpan<ulong> tokens, List<PeriodicSequence> found)
    {
        for (var period = 1; period <= Math.Min(LongestPeriod, tokens.Length / 3); period++)
        {
            // Two periods of elements equal those before, so one of them stands at a multiple of that length.
            var step = 2 * period;
            for (var at = step; at < tokens.Length; at += step)
            {
                if (tokens[at] != tokens[at - period])
                {
                    continue;
                }

                var start = at;
                while (start > period && tokens[start - 1] == tokens[start - 1 - period])
                {
                    start--;
                }

                var end = at + 1;
                while (end < tokens.Length && tokens[end] == tokens[end - period])
                {
                    end++;
                }

                if (end - start >= step)
                {
                    found.Add(new PeriodicSequence(start - period, end, period));
                }

                // The next stretch begins after the element that ended this one.
                at = Math.Max(at, end / step * step);
            }
        }
    }
}
