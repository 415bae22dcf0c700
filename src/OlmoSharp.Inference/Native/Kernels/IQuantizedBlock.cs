using OlmoSharp.Models.Gguf;

namespace OlmoSharp.Inference.Native.Kernels;

/// <summary>A block of quantised weights as integers, in plain code: an element is scale · multiple · step − minimum · below.</summary>
internal unsafe interface IQuantizedBlock
{
    /// <summary>How the block is stored.</summary>
    static abstract GgufTensorType Type { get; }

    /// <summary>Whether there are minima.</summary>
    static abstract bool HasMinima { get; }

    /// <summary>Reads a block.</summary>
    /// <param name="block">Its first byte.</param>
    /// <param name="steps">One an element.</param>
    /// <param name="multiples">One for every 16 elements.</param>
    /// <param name="below">The same.</param>
    /// <returns>The units of scales and of minima.</returns>
    static abstract (float Scale, float Minimum) Read(byte* block, sbyte* steps, short* multiples, short* below);
}

/// <summary>ggml's <c>q8_0</c>.</summary>
internal readonly unsafe struct Q8ZeroSteps : IQuantizedBlock
{
    public static GgufTensorType Type => GgufTensorType.Q8Zero;

    public static bool HasMinima => false;

    public static (float Scale, float Minimum) Read(byte* block, sbyte* steps, short* multiples, short* below)
    {
        new ReadOnlySpan<sbyte>(block + 2, 32).CopyTo(new(steps, 32));
        new Span<short>(multiples, 2).Fill(1);
        return (HalfPrecision.Widen(*(ushort*)block), 0);
    }
}

/// <summary>ggml's <c>q4_0</c>.</summary>
internal readonly unsafe struct Q4ZeroSteps : IQuantizedBlock
{
    public static GgufTensorType Type => GgufTensorType.Q4Zero;

    public static bool HasMinima => false;

    public static (float Scale, float Minimum) Read(byte* block, sbyte* steps, short* multiples, short* below)
    {
        for (var i = 0; i < 16; i++)
        {
            steps[i] = (sbyte)((block[2 + i] & 15) - 8);
            steps[16 + i] = (sbyte)((block[2 + i] >> 4) - 8);
        }

        new Span<short>(multiples, 2).Fill(1);
        return (HalfPrecision.Widen(*(ushort*)block), 0);
    }
}

/// <summary>ggml's <c>q5_0</c>.</summary>
internal readonly unsafe struct Q5ZeroSteps : IQuantizedBlock
{
    public static GgufTensorType Type => GgufTensorType.Q5Zero;

    public static bool HasMinima => false;

    public static (float Scale, float Minimum) Read(byte* block, sbyte* steps, short* multiples, short* below)
    {
        var bits = *(uint*)(block + 2);
        for (var i = 0; i < 16; i++)
        {
            steps[i] = (sbyte)(((block[6 + i] & 15) | ((int)(bits >> i & 1) << 4)) - 16);
            steps[16 + i] = (sbyte)(((block[6 + i] >> 4) | ((int)(bits >> (16 + i) & 1) << 4)) - 16);
        }

        new Span<short>(multiples, 2).Fill(1);
        return (HalfPrecision.Widen(*(ushort*)block), 0);
    }
}

/// <summary>ggml's <c>q4_K</c>.</summary>
internal readonly unsafe struct Q4KSteps : IQuantizedBlock
{
    public static GgufTensorType Type => GgufTensorType.Q4K;

    public static bool HasMinima => true;

    public static (float Scale, float Minimum) Read(byte* block, sbyte* steps, short* multiples, short* below)
    {
        var packed = block + 4;
        for (var i = 0; i < 8; i++)
        {
            var (scale, minimum) = i < 4
                ? (packed[i] & 63, packed[i + 4] & 63)
                : ((packed[i + 4] & 15) | (packed[i - 4] >> 6 << 4), (packed[i + 4] >> 4) | (packed[i] >> 6 << 4));
            new Span<short>(multiples + 2 * i, 2).Fill((short)scale);
            new Span<short>(below + 2 * i, 2).Fill((short)minimum);
            for (var j = 0; j < 32; j++)
            {
                steps[32 * i + j] = (sbyte)(packed[12 + i / 2 * 32 + j] >> (i % 2 * 4) & 15);
            }
        }

        return (HalfPrecision.Widen(*(ushort*)block), HalfPrecision.Widen(*(ushort*)(block + 2)));
    }
}

/// <summary>ggml's <c>q6_K</c>.</summary>
internal readonly unsafe struct Q6KSteps : IQuantizedBlock
{
    public static GgufTensorType Type => GgufTensorType.Q6K;

    public static bool HasMinima => false;

    public static (float Scale, float Minimum) Read(byte* block, sbyte* steps, short* multiples, short* below)
    {
        for (var i = 0; i < 256; i++)
        {
            int half = i / 128, row = i / 32 % 4, column = i % 32;
            var low = block[half * 64 + row % 2 * 32 + column] >> (row / 2 * 4) & 15;
            var high = block[128 + half * 32 + column] >> (2 * row) & 3;
            steps[i] = (sbyte)((low | (high << 4)) - 32);
        }

        for (var i = 0; i < 16; i++)
        {
            multiples[i] = (sbyte)block[192 + i];
        }

        return (HalfPrecision.Widen(*(ushort*)(block + 208)), 0);
    }
}
