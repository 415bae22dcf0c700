using System.Runtime.InteropServices;
using System.Text;

namespace OlmoSharp.Models.Gguf;

/// <summary>Reads values one after another from a mapped file; every claim is checked against the bytes that are left.</summary>
internal sealed class GgufHeaderReader(string path, SafeBuffer bytes, long length)
{
    private const int DeepestArray = 4;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Next byte to read, from the start of the file.</summary>
    public long Position { get; private set; }

    /// <summary>Bytes from <see cref="Position"/> to the end of the file.</summary>
    public long Left => length - Position;

    public T Number<T>(string what)
        where T : unmanaged
    {
        var size = Marshal.SizeOf<T>();
        Require(size <= Left, $"the file ends inside {what}");
        var value = bytes.Read<T>((ulong)Position);
        Position += size;
        return value;
    }

    /// <summary>A count of things that take at least so many bytes each.</summary>
    public int Count(ulong count, int leastBytes, string what)
    {
        Require(count <= (ulong)(Left / leastBytes) && count <= int.MaxValue, $"{what} claims {count} entries where only {Left} bytes are left");
        return (int)count;
    }

    public string Text(string what)
    {
        var size = Count(Number<ulong>(what), 1, what);
        var buffer = new byte[size];
        bytes.ReadSpan<byte>((ulong)Position, buffer);
        Position += size;
        try
        {
            return StrictUtf8.GetString(buffer);
        }
        catch (DecoderFallbackException e)
        {
            throw Broken($"{what} is not UTF-8", e);
        }
    }

    public object Value(GgufValueType type, string what, int depth = 0) => type switch
    {
        GgufValueType.UInt8 => Number<byte>(what),
        GgufValueType.Int8 => Number<sbyte>(what),
        GgufValueType.UInt16 => Number<ushort>(what),
        GgufValueType.Int16 => Number<short>(what),
        GgufValueType.UInt32 => Number<uint>(what),
        GgufValueType.Int32 => Number<int>(what),
        GgufValueType.Float32 => Number<float>(what),
        GgufValueType.Bool => Boolean(what),
        GgufValueType.String => Text(what),
        GgufValueType.Array => Array(what, depth + 1),
        GgufValueType.UInt64 => Number<ulong>(what),
        GgufValueType.Int64 => Number<long>(what),
        GgufValueType.Float64 => Number<double>(what),
        _ => throw Broken($"{what} has the unknown value type {(uint)type}"),
    };

    public void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw Broken(problem);
        }
    }

    public ModelException Broken(string problem, Exception? inner = null)
        => new($"{path}: not a sound GGUF file: {problem}; copy it again from its source", inner);

    private bool Boolean(string what)
    {
        var value = Number<byte>(what);
        Require(value <= 1, $"{what} is a truth value of {value}");
        return value == 1;
    }

    private Array Array(string what, int depth)
    {
        Require(depth <= DeepestArray, $"{what} has lists more than {DeepestArray} deep");
        var type = (GgufValueType)Number<uint>(what);
        var count = Number<ulong>(what);
        return type switch
        {
            GgufValueType.UInt8 => Numbers<byte>(count, what),
            GgufValueType.Int8 => Numbers<sbyte>(count, what),
            GgufValueType.UInt16 => Numbers<ushort>(count, what),
            GgufValueType.Int16 => Numbers<short>(count, what),
            GgufValueType.UInt32 => Numbers<uint>(count, what),
            GgufValueType.Int32 => Numbers<int>(count, what),
            GgufValueType.Float32 => Numbers<float>(count, what),
            GgufValueType.UInt64 => Numbers<ulong>(count, what),
            GgufValueType.Int64 => Numbers<long>(count, what),
            GgufValueType.Float64 => Numbers<double>(count, what),
            GgufValueType.Bool => Many(count, 1, what, Boolean),
            GgufValueType.String => Many(count, sizeof(ulong), what, Text),
            GgufValueType.Array => Many(count, sizeof(uint) + sizeof(ulong), what, part => Array(part, depth + 1)),
            _ => throw Broken($"{what} is a list of the unknown value type {(uint)type}"),
        };
    }

    private T[] Numbers<T>(ulong count, string what)
        where T : unmanaged
    {
        var values = new T[Count(count, Marshal.SizeOf<T>(), what)];
        bytes.ReadSpan<T>((ulong)Position, values);
        Position += (long)values.Length * Marshal.SizeOf<T>();
        return values;
    }

    private T[] Many<T>(ulong count, int leastBytes, string what, Func<string, T> read)
    {
        var values = new T[Count(count, leastBytes, what)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = read(what);
        }

        return values;
    }
}
