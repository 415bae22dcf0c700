using System.Numerics;

namespace OlmoSharp.Tokenization.ChatTemplates.Running;

/// <summary>Which places a slice takes.</summary>
/// <param name="Start">The first.</param>
/// <param name="Count">How many.</param>
/// <param name="Step">How far from one to the next.</param>
internal readonly record struct SlicePlaces(int Start, int Count, int Step)
{
    /// <summary>The places of <c>[start:end:step]</c>, as Python has them.</summary>
    /// <param name="length">Of what is sliced.</param>
    /// <param name="start">The first; null: the first of all, or the last for steps backwards.</param>
    /// <param name="end">The first that is left out.</param>
    /// <param name="step">How far from one to the next; null: 1.</param>
    /// <exception cref="TemplateFault">The step is 0.</exception>
    public static SlicePlaces Of(int length, BigInteger? start, BigInteger? end, BigInteger? step)
    {
        var by = (int)BigInteger.Max(-int.MaxValue, BigInteger.Min(int.MaxValue, step ?? 1));
        if (by == 0)
        {
            throw new TemplateFault("slice step cannot be zero");
        }

        var (low, high) = by > 0 ? (0, length) : (-1, length - 1);
        var first = Clamp(start, by > 0 ? low : high);
        var last = Clamp(end, by > 0 ? high : low);
        var count = by > 0 ? (last - first + (long)by - 1) / by : (first - last - (long)by - 1) / -(long)by;
        return new(first, (int)Math.Max(0, by > 0 ? last > first ? count : 0 : first > last ? count : 0), by);

        int Clamp(BigInteger? place, int otherwise) => place is not { } value ? otherwise
            : (int)BigInteger.Max(low, BigInteger.Min(high, value < 0 ? value + length : value));
    }

    /// <summary>The places, one after another.</summary>
    public IEnumerable<int> All()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return (int)(Start + (long)i * Step);
        }
    }
}
