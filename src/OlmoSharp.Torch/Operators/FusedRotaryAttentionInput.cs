using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using OlmoSharp.Torch.Kernels;
using static TorchSharp.torch;

namespace OlmoSharp.Torch.Operators;

/// <summary>How the fused query, key and value projection is laid out.</summary>
/// <param name="Heads">Query heads.</param>
/// <param name="KeyValueHeads">Key and value heads (fewer with grouped-query attention).</param>
/// <param name="HeadSize">Width of a head; even.</param>
public readonly record struct AttentionShape(int Heads, int KeyValueHeads, int HeadSize)
{
    /// <summary>Columns of the query part.</summary>
    public int QueryWidth => Heads * HeadSize;

    /// <summary>Columns of the key part, and of the value part.</summary>
    public int KeyValueWidth => KeyValueHeads * HeadSize;

    /// <summary>Columns of the whole projection: query, key, value.</summary>
    public int Width => QueryWidth + 2 * KeyValueWidth;
}

/// <summary>
/// From one matrix product for queries, keys and values to what attention takes: QK-norm over the whole projection (OLMo 2, OLMoE;
/// none in OLMo), then rotary position embedding (Su et al. 2021) in the half-split convention, in one pass over memory.
/// </summary>
public static class FusedRotaryAttentionInput
{
    /// <summary>Normalises, rotates and splits.</summary>
    /// <param name="projection">[batch, sequence, <see cref="AttentionShape.Width"/>]: query, key, value columns.</param>
    /// <param name="shape">The layout of the columns.</param>
    /// <param name="cosine">[positions, head size / 2], float32: cos of position × frequency.</param>
    /// <param name="sine">[positions, head size / 2], float32.</param>
    /// <param name="start">Position of the first element of the sequence.</param>
    /// <param name="queryNorm">[query width], or null for no QK-norm.</param>
    /// <param name="keyNorm">[key width], or null for no QK-norm.</param>
    /// <param name="epsilon">QK-norm's epsilon.</param>
    /// <returns>Query [batch, sequence, heads, head size]; key and value [batch, sequence, key-value heads, head size].</returns>
    public static (Tensor Query, Tensor Key, Tensor Value) Apply(
        Tensor projection, AttentionShape shape, Tensor cosine, Tensor sine, long start, Tensor? queryNorm, Tensor? keyNorm, double epsilon)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + projection.shape[1], cosine.shape[0]);
        if (TensorMemory.Serves(projection))
        {
            var setting = new Setting(shape, start, (float)epsilon);
            var outputs = queryNorm is null || keyNorm is null
                ? Function.apply(projection, cosine, sine, setting)
                : Function.apply(projection, cosine, sine, setting, queryNorm, keyNorm);
            return (outputs[0], outputs[1], outputs[2]);
        }

        var parts = projection.split([shape.QueryWidth, shape.KeyValueWidth, shape.KeyValueWidth], -1);
        var query = queryNorm is null ? parts[0] : FusedRmsNorm.Apply(parts[0], queryNorm, epsilon);
        var key = keyNorm is null ? parts[1] : FusedRmsNorm.Apply(parts[1], keyNorm, epsilon);
        long batch = projection.shape[0], length = projection.shape[1];
        return (
            Rotate(query.view(batch, length, shape.Heads, shape.HeadSize), cosine, sine, start),
            Rotate(key.view(batch, length, shape.KeyValueHeads, shape.HeadSize), cosine, sine, start),
            parts[2].view(batch, length, shape.KeyValueHeads, shape.HeadSize));
    }

    private static Tensor Rotate(Tensor heads, Tensor cosine, Tensor sine, long start)
    {
        var length = heads.shape[1];
        var c = cosine.narrow(0, start, length).unsqueeze(1);
        var s = sine.narrow(0, start, length).unsqueeze(1);
        var halves = heads.to_type(ScalarType.Float32).chunk(2, -1);
        return cat([halves[0] * c - halves[1] * s, halves[1] * c + halves[0] * s], -1).to_type(heads.dtype);
    }

    private sealed record Setting(AttentionShape Shape, long Start, float Epsilon);

    private sealed class Function : autograd.MultiTensorFunction<Function>
    {
        public override string Name => nameof(FusedRotaryAttentionInput);

        public override unsafe List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var projection = ((Tensor)vars[0]).Dense();
            var (cosine, sine) = ((Tensor)vars[1], (Tensor)vars[2]);
            var setting = (Setting)vars[3];
            var normalised = vars.Length > 4;
            var shape = setting.Shape;
            long batch = projection.shape[0], length = projection.shape[1], rows = batch * length;
            var query = empty(batch, length, shape.Heads, shape.HeadSize);
            var key = empty(batch, length, shape.KeyValueHeads, shape.HeadSize);
            var value = empty(batch, length, shape.KeyValueHeads, shape.HeadSize);
            var scales = empty(normalised ? rows : 0, 2);
            ParallelRows.Run(
                new Forward
                {
                    Projection = projection.Pointer<float>(),
                    Rotation = new(cosine, sine, setting.Start, length, shape.HeadSize),
                    QueryNorm = normalised ? ((Tensor)vars[4]).Pointer<float>() : null,
                    KeyNorm = normalised ? ((Tensor)vars[5]).Pointer<float>() : null,
                    Scales = scales.Pointer<float>(),
                    Query = query.Pointer<float>(),
                    Key = key.Pointer<float>(),
                    Value = value.Pointer<float>(),
                    Shape = shape,
                    Epsilon = setting.Epsilon,
                },
                rows,
                grain: 16);
            ctx.save_for_backward(normalised
                ? [projection, cosine, sine, scales, (Tensor)vars[4], (Tensor)vars[5]]
                : [projection, cosine, sine, scales]);
            ctx.save_data(nameof(Setting), setting);
            return [query, key, value];
        }

        public override unsafe List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
        {
            var saved = ctx.get_saved_variables();
            var setting = (Setting)ctx.get_data(nameof(Setting));
            var shape = setting.Shape;
            var normalised = saved.Count > 4;
            var projection = saved[0];
            var length = projection.shape[1];
            using var dQuery = grad_outputs[0].Dense();
            using var dKey = grad_outputs[1].Dense();
            using var dValue = grad_outputs[2].Dense();
            var gradient = empty_like(projection);
            using var queryPartial = zeros(RowBlocks.Count, shape.QueryWidth);
            using var keyPartial = zeros(RowBlocks.Count, shape.KeyValueWidth);
            ParallelRows.Run(
                new Backward
                {
                    Projection = projection.Pointer<float>(),
                    Rotation = new(saved[1], saved[2], setting.Start, length, shape.HeadSize),
                    QueryNorm = normalised ? saved[4].Pointer<float>() : null,
                    KeyNorm = normalised ? saved[5].Pointer<float>() : null,
                    Scales = saved[3].Pointer<float>(),
                    QueryGradient = dQuery.Pointer<float>(),
                    KeyGradient = dKey.Pointer<float>(),
                    ValueGradient = dValue.Pointer<float>(),
                    Gradient = gradient.Pointer<float>(),
                    QueryNormGradient = queryPartial.Pointer<float>(),
                    KeyNormGradient = keyPartial.Pointer<float>(),
                    Shape = shape,
                    Blocks = new(projection.shape[0] * length),
                },
                RowBlocks.Count);
            List<Tensor?> gradients = [gradient, null, null, null];
            if (normalised)
            {
                var dQueryNorm = empty(shape.QueryWidth);
                var dKeyNorm = empty(shape.KeyValueWidth);
                RowBlocks.Reduce(queryPartial.Pointer<float>(), dQueryNorm.Pointer<float>(), shape.QueryWidth);
                RowBlocks.Reduce(keyPartial.Pointer<float>(), dKeyNorm.Pointer<float>(), shape.KeyValueWidth);
                gradients.AddRange([dQueryNorm, dKeyNorm]);
            }

            saved.ForEach(tensor => tensor.Dispose());
            return ReturnedGradients.Return(gradients);
        }
    }

    /// <summary>The rotation tables as plain memory: row p holds the angles of position start + p.</summary>
    private readonly unsafe struct Rotation(Tensor cosine, Tensor sine, long start, long length, int headSize)
    {
        private readonly float* _cosine = cosine.Pointer<float>() + start * headSize / 2;
        private readonly float* _sine = sine.Pointer<float>() + start * headSize / 2;

        /// <summary>Rotates every head of a row by its position's angle, or back by it. The result may replace the input.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Turn(long row, float* x, float* y, int width, bool back)
        {
            var half = headSize / 2;
            float* c = _cosine + row % length * half, s = _sine + row % length * half;
            for (var head = 0; head < width; head += headSize)
            {
                float* x1 = x + head, x2 = x1 + half, y1 = y + head, y2 = y1 + half;
                var i = 0;
                for (; i <= half - 8; i += 8)
                {
                    var a = Vector256.Load(x1 + i);
                    var b = Vector256.Load(x2 + i);
                    var cos = Vector256.Load(c + i);
                    var sin = back ? -Vector256.Load(s + i) : Vector256.Load(s + i);
                    (a * cos - b * sin).Store(y1 + i);
                    (b * cos + a * sin).Store(y2 + i);
                }

                for (; i < half; i++)
                {
                    var sin = back ? -s[i] : s[i];
                    (y1[i], y2[i]) = (x1[i] * c[i] - x2[i] * sin, x2[i] * c[i] + x1[i] * sin);
                }
            }
        }
    }

    private unsafe struct Forward : IRowKernel
    {
        public float* Projection, QueryNorm, KeyNorm, Scales, Query, Key, Value;
        public Rotation Rotation;
        public AttentionShape Shape;
        public float Epsilon;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(long begin, long end)
        {
            int queryWidth = Shape.QueryWidth, keyWidth = Shape.KeyValueWidth;
            for (var row = begin; row < end; row++)
            {
                var query = Projection + row * Shape.Width;
                var key = query + queryWidth;
                float* q = Query + row * queryWidth, k = Key + row * keyWidth;
                if (QueryNorm == null)
                {
                    Rotation.Turn(row, query, q, queryWidth, back: false);
                    Rotation.Turn(row, key, k, keyWidth, back: false);
                }
                else
                {
                    Scales[2 * row] = RmsNormKernel.ReciprocalRms(query, queryWidth, Epsilon);
                    Scales[2 * row + 1] = RmsNormKernel.ReciprocalRms(key, keyWidth, Epsilon);
                    RmsNormKernel.Scale(query, Scales[2 * row], QueryNorm, null, q, queryWidth);
                    RmsNormKernel.Scale(key, Scales[2 * row + 1], KeyNorm, null, k, keyWidth);
                    Rotation.Turn(row, q, q, queryWidth, back: false);
                    Rotation.Turn(row, k, k, keyWidth, back: false);
                }

                new Span<float>(key + keyWidth, keyWidth).CopyTo(new Span<float>(Value + row * keyWidth, keyWidth));
            }
        }
    }

    private unsafe struct Backward : IRowKernel
    {
        public float* Projection, QueryNorm, KeyNorm, Scales, QueryGradient, KeyGradient, ValueGradient, Gradient;
        public float* QueryNormGradient, KeyNormGradient;
        public Rotation Rotation;
        public AttentionShape Shape;
        public RowBlocks Blocks;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(long begin, long end)
        {
            int queryWidth = Shape.QueryWidth, keyWidth = Shape.KeyValueWidth;
            for (var block = begin; block < end; block++)
            {
                for (var row = Blocks.Begin(block); row < Blocks.Begin(block + 1); row++)
                {
                    var query = Projection + row * Shape.Width;
                    float* dq = Gradient + row * Shape.Width, dk = dq + queryWidth;
                    Rotation.Turn(row, QueryGradient + row * queryWidth, dq, queryWidth, back: true);
                    Rotation.Turn(row, KeyGradient + row * keyWidth, dk, keyWidth, back: true);
                    if (QueryNorm != null)
                    {
                        RmsNormKernel.Backward(
                            query, Scales[2 * row], QueryNorm, dq, dq, QueryNormGradient + block * queryWidth, queryWidth);
                        RmsNormKernel.Backward(
                            query + queryWidth, Scales[2 * row + 1], KeyNorm, dk, dk, KeyNormGradient + block * keyWidth, keyWidth);
                    }

                    new Span<float>(ValueGradient + row * keyWidth, keyWidth).CopyTo(new Span<float>(dk + keyWidth, keyWidth));
                }
            }
        }
    }
}
