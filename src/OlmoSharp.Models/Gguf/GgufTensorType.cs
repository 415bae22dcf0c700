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

    /// <summary>32 elements as signed 8-bit steps of one half-precision scale.</summary>
    public static readonly GgufTensorType Q8Zero = new(8, "q8_0", Q8ZeroBlock.Elements, Q8ZeroBlock.Bytes, Q8ZeroBlock.Encode, Q8ZeroBlock.Decode);

    /// <summary>bfloat16, rounded to nearest even.</summary>
    public static readonly GgufTensorType BF16 = new(30, "bf16", 1, sizeof(ushort), EncodeBrainFloats, DecodeBrainFloats);

    /// <summary>Every type that can be read and written.</summary>
    public static readonly IReadOnlyList<GgufTensorType> All = [F32, F16, BF16, Q8Zero, Q4Zero];

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

    /// <summary>Stores elements.</summary>
    /// <param name="values">A whole number of blocks, every value finite and at most <see cref="Largest"/>.</param>
    /// <param name="bytes">Exactly <see cref="BytesOf"/> their number.</param>
    public void Encode(ReadOnlySpan<float> values, Span<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length % BlockElements, 0);
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, BytesOf(values.Length));
        _encode(values, bytes);
    }

    /// <summary>Restores elements.</summary>
    /// <param name="bytes">A whole number of blocks.</param>
    /// <param name="values">One for every element.</param>
    public void Decode(ReadOnlySpan<byte> bytes, Span<float> values)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length % BlockElements, 0);
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, BytesOf(values.Length));
        _decode(bytes, values);
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
