using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace OlmoSharp.Models.Gguf;

/// <summary>How a GGUF file stores the elements of a tensor: in blocks of consecutive elements of a row.</summary>
public sealed class GgufTensorType
{
    /// <summary>32-bit floats.</summary>
    public static readonly GgufTensorType F32 = new(0, "f32", 1, sizeof(float), EncodeFloats, DecodeFloats);

    /// <summary>IEEE half precision, rounded to nearest even.</summary>
    public static readonly GgufTensorType F16 = new(1, "f16", 1, sizeof(ushort), EncodeHalves, DecodeHalves);

    /// <summary>32 elements as signed 4-bit steps of one half-precision scale.</summary>
    public static readonly GgufTensorType Q4Zero = new(2, "q4_0", Q4ZeroBlock.Elements, Q4ZeroBlock.Bytes, Q4ZeroBlock.Encode, Q4ZeroBlock.Decode);

    /// <summary>32 elements as signed 5-bit steps of one half-precision scale.</summary>
    public static readonly GgufTensorType Q5Zero = new(6, "q5_0", Q5ZeroBlock.Elements, Q5ZeroBlock.Bytes, Q5ZeroBlock.Encode, Q5ZeroBlock.Decode);

    /// <summary>32 elements as signed 8-bit steps of one half-precision scale.</summary>
    public static readonly GgufTensorType Q8Zero = new(8, "q8_0", Q8ZeroBlock.Elements, Q8ZeroBlock.Bytes, Q8ZeroBlock.Encode, Q8ZeroBlock.Decode);

    /// <summary>256 elements as 4-bit steps of 8 scales above 8 minima, these as 6-bit multiples of two half-precision units.</summary>
    public static readonly GgufTensorType Q4K = new(12, "q4_k", Q4KBlock.Elements, Q4KBlock.Bytes, Q4KBlock.Encode, Q4KBlock.Decode);

    /// <summary>256 elements as signed 6-bit steps of 16 scales, these as 8-bit multiples of one half-precision unit.</summary>
    public static readonly GgufTensorType Q6K = new(14, "q6_k", Q6KBlock.Elements, Q6KBlock.Bytes, Q6KBlock.Encode, Q6KBlock.Decode);

    /// <summary>bfloat16, rounded to nearest even.</summary>
    public static readonly GgufTensorType BF16 = new(30, "bf16", 1, sizeof(ushort), EncodeBrainFloats, DecodeBrainFloats);

    /// <summary>Every type that can be read and written.</summary>
    public static readonly IReadOnlyList<GgufTensorType> All = [F32, F16, BF16, Q8Zero, Q5Zero, Q4Zero, Q6K, Q4K];

    // A multiple of every block's elements; enough of them that starting a task costs nothing.
    private const int ParallelElements = 1 << 14;

    private readonly Codec<float, byte> _encode;
    private readonly Codec<byte, float> _decode;

    private GgufTensorType(uint id, string name, int blockElements, int blockBytes, Codec<float, byte> encode, Codec<byte, float> decode)
    {
        (Id, Name, BlockElements, BlockBytes, _encode, _decode) = (id, name, blockElements, blockBytes, encode, decode);
    }

    private delegate void Codec<TFrom, TTo>(ReadOnlySpan<TFrom> from, Span<TTo> to);

    /// <summary>Number of the type in the file.</summary>
    public uint Id { get; }

    /// <summary>Name of the type, e.g. <c>q8_0</c>.</summary>
    public string Name { get; }

    /// <summary>Elements a block; a row has a whole number of blocks.</summary>
    public int BlockElements { get; }

    /// <summary>Bytes a block.</summary>
    public int BlockBytes { get; }

    /// <summary>Largest magnitude that the type can hold.</summary>
    public float Largest => this == F16 || BlockElements > 1 ? (float)Half.MaxValue : float.MaxValue;

    /// <summary>Bytes of so many elements, a whole number of blocks.</summary>
    public long BytesOf(long elements) => elements / BlockElements * BlockBytes;

    /// <summary>Stores elements, on all cores.</summary>
    /// <param name="values">A whole number of blocks, every value finite and at most <see cref="Largest"/>.</param>
    /// <param name="bytes">Exactly <see cref="BytesOf"/> their number.</param>
    public void Encode(ReadOnlyMemory<float> values, Memory<byte> bytes)
    {
        RequireWholeBlocks(values.Length, bytes.Length);
        ForEachPart(values.Length, (begin, length) => _encode(
            values.Span.Slice(begin, length), bytes.Span.Slice((int)BytesOf(begin), (int)BytesOf(length))));
    }

    /// <summary>Restores elements, on all cores.</summary>
    /// <param name="bytes">A whole number of blocks.</param>
    /// <param name="values">One for every element.</param>
    public void Decode(ReadOnlyMemory<byte> bytes, Memory<float> values)
    {
        RequireWholeBlocks(values.Length, bytes.Length);
        ForEachPart(values.Length, (begin, length) => _decode(
            bytes.Span.Slice((int)BytesOf(begin), (int)BytesOf(length)), values.Span.Slice(begin, length)));
    }

    /// <summary>Restores elements on the calling thread: a row of a matrix, say.</summary>
    /// <param name="bytes">A whole number of blocks.</param>
    /// <param name="values">One for every element.</param>
    public void DecodeRow(ReadOnlySpan<byte> bytes, Span<float> values)
    {
        RequireWholeBlocks(values.Length, bytes.Length);
        _decode(bytes, values);
    }

    private static void ForEachPart(int elements, Action<int, int> run)
        => Parallel.For(0, (elements + ParallelElements - 1) / ParallelElements,
            part => run(part * ParallelElements, Math.Min(ParallelElements, elements - part * ParallelElements)));

    private void RequireWholeBlocks(int elements, int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(elements % BlockElements, 0);
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes, BytesOf(elements));
    }

    private static void EncodeFloats(ReadOnlySpan<float> from, Span<byte> to) => MemoryMarshal.AsBytes(from).CopyTo(to);

    private static void DecodeFloats(ReadOnlySpan<byte> from, Span<float> to) => from.CopyTo(MemoryMarshal.AsBytes(to));

    private static void EncodeHalves(ReadOnlySpan<float> from, Span<byte> to)
    {
        for (var i = 0; i < from.Length; i++)
        {
            BinaryPrimitives.WriteHalfLittleEndian(to[(2 * i)..], (Half)from[i]);
        }
    }

    private static void DecodeHalves(ReadOnlySpan<byte> from, Span<float> to)
    {
        for (var i = 0; i < to.Length; i++)
        {
            to[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(from[(2 * i)..]);
        }
    }

    private static void EncodeBrainFloats(ReadOnlySpan<float> from, Span<byte> to)
    {
        for (var i = 0; i < from.Length; i++)
        {
            var bits = BitConverter.SingleToUInt32Bits(from[i]);
            // Half of the dropped part, less one where the kept part is even, so that ties go to the even neighbour.
            var rounded = bits + 0x7FFF + ((bits >> 16) & 1);
            BinaryPrimitives.WriteUInt16LittleEndian(to[(2 * i)..], (ushort)(rounded >> 16));
        }
    }

    private static void DecodeBrainFloats(ReadOnlySpan<byte> from, Span<float> to)
    {
        for (var i = 0; i < to.Length; i++)
        {
            to[i] = BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(from[(2 * i)..]) << 16);
        }
    }
}
