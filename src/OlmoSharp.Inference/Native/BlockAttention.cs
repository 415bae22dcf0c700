using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using OlmoSharp.Inference.Native.Kernels;
using OlmoSharp.Torch.Kernels;
using OlmoSharp.Torch.Operators;

namespace OlmoSharp.Inference.Native;

/// <summary>
/// Causal attention of some rows of one sequence over its blocks, for the query heads that share one key-value head. The softmax is taken block by block with a running maximum
/// (Milakov and Gimelshein 2018; FlashAttention: Dao et al. 2022), so no row of scores is ever whole. The arithmetic of a row is the same whatever rows are beside it.
/// </summary>
internal static unsafe class BlockAttention
{
    private const int Positions = BlockPool.BlockPositions;

    // Queries that meet a block together, while it is in the first cache.
    private const int MostLanes = 16;

    /// <summary>Query rows that are best taken together.</summary>
    /// <param name="shares">Query heads a key-value head.</param>
    public static int RowsAtOnce(int shares) => Math.Max(1, MostLanes / shares);

    /// <summary>Attends.</summary>
    /// <param name="shape">Heads and sizes.</param>
    /// <param name="pool">The blocks, which hold the rows' own keys and values too.</param>
    /// <param name="blocks">The sequence's.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="head">The key-value head.</param>
    /// <param name="query">The first row's queries; rows are <paramref name="shape"/>'s query width apart.</param>
    /// <param name="output">The first row's results, laid out as the queries.</param>
    /// <param name="position">The first row's position.</param>
    /// <param name="rows">Rows, of consecutive positions.</param>
    public static void Run<T>(in AttentionShape shape, BlockPool pool, ReadOnlySpan<int> blocks, int layer, int head, float* query, float* output, int position, int rows)
        where T : struct, IFloatElement
    {
        var shares = shape.Heads / shape.KeyValueHeads;
        var lanes = stackalloc Lane[MostLanes];
        for (int first = 0, count; first < rows * shares; first += count)
        {
            count = Math.Min(MostLanes, rows * shares - first);
            for (var i = 0; i < count; i++)
            {
                var (row, share) = Math.DivRem(first + i, shares);
                var offset = (long)row * shape.QueryWidth + (head * shares + share) * shape.HeadSize;
                lanes[i] = new() { Query = query + offset, Output = output + offset, Position = position + row, Maximum = float.NegativeInfinity };
                new Span<float>(lanes[i].Output, shape.HeadSize).Clear();
            }

            Attend<T>(shape.HeadSize, pool, blocks, layer, head, lanes, count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Attend<T>(int headSize, BlockPool pool, ReadOnlySpan<int> blocks, int layer, int head, Lane* lanes, int count)
        where T : struct, IFloatElement
    {
        var scale = 1 / MathF.Sqrt(headSize);
        var scores = stackalloc float[MostLanes * Positions];
        var begin = 0;
        for (var block = 0; block * Positions <= lanes[count - 1].Position; block++)
        {
            // Positions rise from lane to lane, so those that see nothing of a block come first.
            while (lanes[begin].Position < block * Positions)
            {
                begin++;
            }

            var keys = pool.Keys(blocks[block], layer, head);
            var values = pool.Values(blocks[block], layer, head);
            var lane = begin;
            for (; lane + 1 < count; lane += 2)
            {
                ScorePair<T>(lanes[lane].Query, lanes[lane + 1].Query, headSize, keys, scores + lane * Positions);
            }

            if (lane < count)
            {
                Score<T>(lanes[lane].Query, headSize, keys, scores + lane * Positions);
            }

            for (lane = begin; lane < count; lane++)
            {
                Exponentials(ref lanes[lane], Math.Min(Positions, lanes[lane].Position - block * Positions + 1), scale, headSize, scores + lane * Positions);
            }

            for (lane = begin; lane + 1 < count; lane += 2)
            {
                // The second sees as much as the first or more; the first has zeros there.
                AddPair<T>(scores + lane * Positions, Math.Min(Positions, lanes[lane + 1].Position - block * Positions + 1), values, headSize, lanes[lane].Output, lanes[lane + 1].Output);
            }

            if (lane < count)
            {
                Add<T>(scores + lane * Positions, Math.Min(Positions, lanes[lane].Position - block * Positions + 1), values, headSize, lanes[lane].Output, 0);
            }
        }

        for (var lane = 0; lane < count; lane++)
        {
            Scale(lanes[lane].Output, headSize, 1 / lanes[lane].Sum);
        }
    }

    /// <summary>The dot products of two queries with the keys of a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ScorePair<T>(float* first, float* second, int headSize, byte* keys, float* scores)
        where T : struct, IFloatElement
    {
        Vector256<float> a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
        for (var d = 0; d < headSize; d++, keys += Positions * T.Bytes)
        {
            var (k0, k1, k2, k3) = (T.Load(keys), T.Load(keys + 8 * T.Bytes), T.Load(keys + 16 * T.Bytes), T.Load(keys + 24 * T.Bytes));
            var a = Vector256.Create(first[d]);
            a0 = Vector256.FusedMultiplyAdd(a, k0, a0);
            a1 = Vector256.FusedMultiplyAdd(a, k1, a1);
            a2 = Vector256.FusedMultiplyAdd(a, k2, a2);
            a3 = Vector256.FusedMultiplyAdd(a, k3, a3);
            var b = Vector256.Create(second[d]);
            b0 = Vector256.FusedMultiplyAdd(b, k0, b0);
            b1 = Vector256.FusedMultiplyAdd(b, k1, b1);
            b2 = Vector256.FusedMultiplyAdd(b, k2, b2);
            b3 = Vector256.FusedMultiplyAdd(b, k3, b3);
        }

        Store(scores, a0, a1, a2, a3);
        Store(scores + Positions, b0, b1, b2, b3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Score<T>(float* query, int headSize, byte* keys, float* scores)
        where T : struct, IFloatElement
    {
        Vector256<float> a0 = default, a1 = default, a2 = default, a3 = default;
        for (var d = 0; d < headSize; d++, keys += Positions * T.Bytes)
        {
            var a = Vector256.Create(query[d]);
            a0 = Vector256.FusedMultiplyAdd(a, T.Load(keys), a0);
            a1 = Vector256.FusedMultiplyAdd(a, T.Load(keys + 8 * T.Bytes), a1);
            a2 = Vector256.FusedMultiplyAdd(a, T.Load(keys + 16 * T.Bytes), a2);
            a3 = Vector256.FusedMultiplyAdd(a, T.Load(keys + 24 * T.Bytes), a3);
        }

        Store(scores, a0, a1, a2, a3);
    }

    /// <summary>Turns the scores of a block into weights, and what has been summed up so far to the new maximum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Exponentials(ref Lane lane, int visible, float scale, int headSize, float* scores)
    {
        for (var i = visible; i < Positions; i++)
        {
            scores[i] = float.NegativeInfinity;
        }

        var (s0, s1, s2, s3) = (Vector256.Load(scores), Vector256.Load(scores + 8), Vector256.Load(scores + 16), Vector256.Load(scores + 24));
        var largest = Vector256.Max(Vector256.Max(s0, s1), Vector256.Max(s2, s3));
        var half = Vector128.Max(largest.GetLower(), largest.GetUpper());
        var maximum = MathF.Max(MathF.Max(half[0], half[1]), MathF.Max(half[2], half[3]));
        if (maximum > lane.Maximum)
        {
            if (lane.Sum > 0)
            {
                var correction = MathF.Exp((lane.Maximum - maximum) * scale);
                lane.Sum *= correction;
                Scale(lane.Output, headSize, correction);
            }

            lane.Maximum = maximum;
        }

        var shift = Vector256.Create(lane.Maximum);
        var factor = Vector256.Create(scale);
        s0 = VectorExponential.Exp((s0 - shift) * factor);
        s1 = VectorExponential.Exp((s1 - shift) * factor);
        s2 = VectorExponential.Exp((s2 - shift) * factor);
        s3 = VectorExponential.Exp((s3 - shift) * factor);
        lane.Sum += Vector256.Sum(s0 + s1 + (s2 + s3));
        Store(scores, s0, s1, s2, s3);
    }

    /// <summary>Adds the weighted values of a block to two results.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddPair<T>(float* weights, int visible, byte* values, int headSize, float* first, float* second)
        where T : struct, IFloatElement
    {
        var column = 0;
        for (; column <= headSize - 32; column += 32)
        {
            float* o = first + column, p = second + column;
            var (a0, a1, a2, a3) = (Vector256.Load(o), Vector256.Load(o + 8), Vector256.Load(o + 16), Vector256.Load(o + 24));
            var (b0, b1, b2, b3) = (Vector256.Load(p), Vector256.Load(p + 8), Vector256.Load(p + 16), Vector256.Load(p + 24));
            var value = values + column * T.Bytes;
            for (var i = 0; i < visible; i++, value += headSize * T.Bytes)
            {
                var (v0, v1, v2, v3) = (T.Load(value), T.Load(value + 8 * T.Bytes), T.Load(value + 16 * T.Bytes), T.Load(value + 24 * T.Bytes));
                var a = Vector256.Create(weights[i]);
                a0 = Vector256.FusedMultiplyAdd(a, v0, a0);
                a1 = Vector256.FusedMultiplyAdd(a, v1, a1);
                a2 = Vector256.FusedMultiplyAdd(a, v2, a2);
                a3 = Vector256.FusedMultiplyAdd(a, v3, a3);
                var b = Vector256.Create(weights[Positions + i]);
                b0 = Vector256.FusedMultiplyAdd(b, v0, b0);
                b1 = Vector256.FusedMultiplyAdd(b, v1, b1);
                b2 = Vector256.FusedMultiplyAdd(b, v2, b2);
                b3 = Vector256.FusedMultiplyAdd(b, v3, b3);
            }

            Store(o, a0, a1, a2, a3);
            Store(p, b0, b1, b2, b3);
        }

        Add<T>(weights, visible, values, headSize, first, column);
        Add<T>(weights + Positions, visible, values, headSize, second, column);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add<T>(float* weights, int visible, byte* values, int headSize, float* output, int column)
        where T : struct, IFloatElement
    {
        for (; column <= headSize - 32; column += 32)
        {
            var o = output + column;
            var (a0, a1, a2, a3) = (Vector256.Load(o), Vector256.Load(o + 8), Vector256.Load(o + 16), Vector256.Load(o + 24));
            var value = values + column * T.Bytes;
            for (var i = 0; i < visible; i++, value += headSize * T.Bytes)
            {
                var a = Vector256.Create(weights[i]);
                a0 = Vector256.FusedMultiplyAdd(a, T.Load(value), a0);
                a1 = Vector256.FusedMultiplyAdd(a, T.Load(value + 8 * T.Bytes), a1);
                a2 = Vector256.FusedMultiplyAdd(a, T.Load(value + 16 * T.Bytes), a2);
                a3 = Vector256.FusedMultiplyAdd(a, T.Load(value + 24 * T.Bytes), a3);
            }

            Store(o, a0, a1, a2, a3);
        }

        for (; column <= headSize - 8; column += 8)
        {
            var sum = Vector256.Load(output + column);
            for (var i = 0; i < visible; i++)
            {
                sum = Vector256.FusedMultiplyAdd(Vector256.Create(weights[i]), T.Load(values + (i * headSize + column) * T.Bytes), sum);
            }

            sum.Store(output + column);
        }

        for (; column < headSize; column++)
        {
            var sum = output[column];
            for (var i = 0; i < visible; i++)
            {
                sum = MathF.FusedMultiplyAdd(weights[i], T.LoadOne(values + (i * headSize + column) * T.Bytes), sum);
            }

            output[column] = sum;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scale(float* x, int count, float factor)
    {
        var f = Vector256.Create(factor);
        var i = 0;
        for (; i <= count - 8; i += 8)
        {
            (Vector256.Load(x + i) * f).Store(x + i);
        }

        for (; i < count; i++)
        {
            x[i] *= factor;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* to, Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d)
    {
        a.Store(to);
        b.Store(to + 8);
        c.Store(to + 16);
        d.Store(to + 24);
    }

    /// <summary>One query: a row and a head.</summary>
    private struct Lane
    {
        public float* Query;
        public float* Output;
        public int Position;
        public float Maximum;
        public float Sum;
    }
}
