namespace OlmoSharp.Inference.Sampling;

/// <summary>
/// Finds which entries come first when ranked by logit, equal ones by place, without sorting: a histogram of the leading bits tells where the border lies, another the next bits, and
/// a third the last. The time is linear whatever the logits. For one thread at a time.
/// </summary>
internal sealed class RankSelection
{
    private const int FirstShift = 21;

    private static readonly (int Shift, int Bits)[] LaterDigits = [(10, 11), (0, 10)];

    private readonly ulong[] _amounts = new ulong[1 << 11];
    private uint[] _keys = [];
    private ulong[] _keyWeights = [];

    /// <summary>The border below the entries that rank first.</summary>
    /// <param name="logits">No NaN.</param>
    /// <param name="weights">What each entry counts, equal for equal logits; empty: 1.</param>
    /// <param name="target">Take the fewest entries that reach this; from 1 to the sum over all.</param>
    public RankBorder Find(ReadOnlySpan<float> logits, ReadOnlySpan<ulong> weights, ulong target)
    {
        var amounts = _amounts.AsSpan();
        amounts.Clear();
        for (var i = 0; i < logits.Length; i++)
        {
            amounts[(int)(Key(logits[i]) >> FirstShift)] += weights.IsEmpty ? 1 : weights[i];
        }

        var first = Digit(amounts, ref target);
        var count = Gather(logits, weights, (uint)first);
        var (prefix, mask) = (0u, 0u);
        foreach (var (shift, bits) in LaterDigits)
        {
            amounts = _amounts.AsSpan(0, 1 << bits);
            amounts.Clear();
            for (var i = 0; i < count; i++)
            {
                if ((_keys[i] & mask) == prefix)
                {
                    amounts[(int)(_keys[i] >> shift) & (amounts.Length - 1)] += _keyWeights[i];
                }
            }

            prefix |= (uint)Digit(amounts, ref target) << shift;
            mask |= (uint)(amounts.Length - 1) << shift;
        }

        // What is left is a number of entries with the border's own logit.
        var place = 0;
        while ((_keys[place] & mask) != prefix)
        {
            place++;
        }

        var weight = _keyWeights[place];
        return new RankBorder(((uint)first << FirstShift) | prefix, (int)((target + weight - 1) / weight));
    }

    /// <summary>A number that orders as the logit does; both zeros have the same.</summary>
    internal static uint Key(float logit)
    {
        var bits = BitConverter.SingleToUInt32Bits(logit + 0f);
        return bits ^ ((uint)((int)bits >> 31) | 0x80000000);
    }

    /// <summary>The place where amounts from the last on reach a target, of which it leaves what is to come from there.</summary>
    private static int Digit(ReadOnlySpan<ulong> amounts, ref ulong target)
    {
        var digit = amounts.Length - 1;
        while (amounts[digit] < target)
        {
            target -= amounts[digit--];
        }

        return digit;
    }

    /// <summary>Collects the entries that the border is among: mostly few.</summary>
    private int Gather(ReadOnlySpan<float> logits, ReadOnlySpan<ulong> weights, uint first)
    {
        if (_keys.Length < logits.Length)
        {
            _keys = new uint[logits.Length];
            _keyWeights = new ulong[logits.Length];
        }

        var count = 0;
        for (var i = 0; i < logits.Length; i++)
        {
            var key = Key(logits[i]);
            if (key >> FirstShift == first)
            {
                _keys[count] = key;
                _keyWeights[count++] = weights.IsEmpty ? 1 : weights[i];
            }
        }

        return count;
    }
}
