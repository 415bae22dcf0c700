using System.Runtime.CompilerServices;

namespace OlmoSharp.Data.LanguageModels;

/// <summary>One order of a Kneser–Ney model: its counts (raw at the highest order, distinct left extensions below it), their sums by context, its discounts.</summary>
internal sealed class KneserNeyLevel
{
    private readonly NGramTable<int> _counts;
    private readonly NGramTable<ContextCounts> _contexts = new();

    public KneserNeyLevel(NGramTable<int> counts)
    {
        _counts = counts;
        long[] countsOfCounts = new long[5];
        counts.ForEach((key, count) =>
        {
            countsOfCounts[count <= 4 ? count : 0]++;
            ref var context = ref _contexts.GetOrAdd(ContextKey(ByteSymbols.Context(key)));
            context.Total += count;
            context.One += count == 1 ? 1 : 0;
            context.Two += count == 2 ? 1 : 0;
            context.ThreePlus += count >= 3 ? 1 : 0;
        });
        Discounts = KneserNeyDiscounts.Estimate(countsOfCounts[1], countsOfCounts[2], countsOfCounts[3], countsOfCounts[4]);
    }

    public KneserNeyDiscounts Discounts { get; }

    public int NGramCount => _counts.Count;

    /// <summary>
    /// Interpolates the probability of a symbol after a context with that of the order below. False when the context was never seen; then it was not
    /// at any higher order either.
    /// </summary>
    public bool TryInterpolate(ulong context, uint symbol, ref double probability)
    {
        ref readonly var sums = ref _contexts.GetOrNull(ContextKey(context));
        if (Unsafe.IsNullRef(in sums))
        {
            return false;
        }

        ref readonly int found = ref _counts.GetOrNull(ByteSymbols.Append(context, symbol));
        int count = Unsafe.IsNullRef(in found) ? 0 : found;
        double left = (Discounts.One * sums.One) + (Discounts.Two * sums.Two) + (Discounts.ThreePlus * sums.ThreePlus);
        probability = (count - Discounts.Of(count) + (left * probability)) / sums.Total;
        return true;
    }

    // The empty context packs to 0, which a table cannot hold; no other context has only the bit above every symbol.
    private static ulong ContextKey(ulong context) => context == 0 ? 1UL << 63 : context;

    private struct ContextCounts
    {
        public long Total;
        public int One;
        public int Two;
        public int ThreePlus;
    }
}
