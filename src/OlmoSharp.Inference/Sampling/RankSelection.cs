namespace OlmoSharp.Inference.Sampling;

/// <summary>
/// Finds which entries come first when ranked by logit, equal ones by place, without sorting: a histogram of the leading bits tells where the border lies, another the next bits, and
/// a third the last. The time is linear whatever the logits. For one thread at a time.
/// </summary>
internal sealed class RankSelection
{
    private static readonly (int Shift, int Bits)[] Digits = [(21, 11), (10, 11), (0, 10)];

    private readonly ulong[] _amounts = new ulong[1 << 11];

    /// <summary>The border below the entries that rank first.</summary>
    /// <param name="logits">No NaN.</param>
    /// <param name="weights">What each entry counts, equal for equal logits; empty: 1.</param>
    /// <param name="target">Take the fewest entries that reach this; from 1 to the sum over all.</param>
    public RankBorder Find(ReadOnlySpan<float> logits, ReadOnlySpan<ulong> weights, ulong target)
    {
        var (prefix, mask) = (0u, 0u);
        foreach (var (shift, bits) in Digits)
        {
            var amounts = _amounts.AsSpan(0, 1 << bits);
            amounts.Clear();
            for (var i = 0; i < logits.Length; i++)
            {
                var key = Key(logits[i]);
                if ((key & mask) == prefix)
                {
                    amounts[(int)(key >> shift) & (amounts.Length - 1)] += weights.IsEmpty ? 1 : weights[i];
                }
            }

            var digit = amounts.Length - 1;
            while (amounts[digit] < target)
            {
                target -= amounts[digit--];
            }

            prefix |= (uint)digit << shift;
            mask |= (uint)(amounts.Length - 1) << shift;
        }

        // What is left is a number of entries with the border's own logit.
        return new RankBorder(prefix, weights.IsEmpty ? (int)target : Ties(logits, weights, prefix, target));
    }

    /// <summary>A number that orders as the logit does; both zeros have the same.</summary>
    internal static uint Key(float logit)
    {
        var bits = BitConverter.SingleToUInt32Bits(logit + 0f);
        return bits ^ ((uint)((int)bits >> 31) | 0x80000000);
    }

    private static int Ties(ReadOnlySpan<float> logits, ReadOnlySpan<ulong> weights, uint key, ulong target)
    {
        for (var i = 0; ; i++)
        {
            if (Key(logits[i]) == key)
            {
                return (int)((target + weights[i] - 1) / weights[i]);
            }
        }
    }
}
