using System.Buffers.Binary;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using static TorchSharp.torch;

namespace OlmoSharp.Torch.Safetensors;

/// <summary>One tensor in a safetensors file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Dtype">Element type.</param>
/// <param name="Shape">Shape, in elements.</param>
/// <param name="Offset">First byte, from the start of the file.</param>
/// <param name="Bytes">Size in bytes.</param>
public sealed record SafetensorsEntry(string Name, ScalarType Dtype, IReadOnlyList<long> Shape, long Offset, long Bytes)
{
    /// <summary>Consecutive rows, which lie together in the file.</summary>
    /// <param name="begin">The first, along the first dimension.</param>
    /// <param name="rows">How many.</param>
    public SafetensorsEntry Rows(long begin, long rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(begin);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(begin + rows, Shape[0]);
        var bytesOfRow = Bytes / Math.Max(1, Shape[0]);
        return this with { Shape = [rows, .. Shape.Skip(1)], Offset = Offset + begin * bytesOfRow, Bytes = rows * bytesOfRow };
    }
}

/// <summary>
/// An open safetensors file; the header is checked whole when it is opened. Tensors are read straight into their place, piece by piece where the dtype is
/// converted, so that loading a model needs no memory but the model's own. Not mapped: a mapped file that someone cuts short kills the process.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    private const long LargestHeader = 100_000_000;
    private const int LengthBytes = sizeof(long);
    private const int PieceBytes = 1 << 22;

    private readonly SafeFileHandle _file;
    private readonly Dictionary<string, SafetensorsEntry> _entries = [];
    private readonly Dictionary<string, string> _metadata = [];

    private SafetensorsFile(string path, SafeFileHandle file, long length)
    {
        Path = path;
        _file = file;
        ReadHeader(length);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The tensors by name, in file order.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Entries => _entries;

    /// <summary>The header's <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>Opens and checks a file.</summary>
    /// <exception cref="TorchException">The file is missing or is not a sound safetensors file.</exception>
    public static SafetensorsFile Open(string path)
    {
        SafeFileHandle? file = null;
        try
        {
            file = File.OpenHandle(path);
            var length = RandomAccess.GetLength(file);
            return length < LengthBytes
                ? throw new TorchException($"{path}: {length} bytes are too few for a safetensors file; copy it again from its source")
                : new(path, file, length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            file?.Dispose();
            throw new TorchException($"{path}: cannot be read: {e.Message}", e);
        }
        catch (TorchException)
        {
            file?.Dispose();
            throw;
        }
    }

    /// <summary>Copies a tensor's elements into another tensor of the same shape, converting the dtype.</summary>
    /// <param name="name">Name in the file.</param>
    /// <param name="target">Any strided tensor of the same shape, on any device.</param>
    /// <exception cref="TorchException">No such tensor, or its shape is another.</exception>
    public void CopyTo(string name, Tensor target)
        => CopyTo(_entries.TryGetValue(name, out var entry) ? entry : throw new TorchException($"{Path}: holds no tensor '{name}'"), target);

    /// <summary>Copies the elements of a tensor or of a part of one.</summary>
    /// <param name="entry">One of <see cref="Entries"/>, or some of its rows.</param>
    /// <param name="target">Any strided tensor of the same shape, on any device.</param>
    /// <exception cref="TorchException">Its shape is another.</exception>
    public void CopyTo(SafetensorsEntry entry, Tensor target)
    {
        if (!entry.Shape.SequenceEqual(target.shape))
        {
            throw new TorchException(
                $"{Path}: '{entry.Name}' has shape [{string.Join(", ", entry.Shape)}], but [{string.Join(", ", target.shape)}] is needed");
        }

        using var scope = NewDisposeScope();
        using var _ = no_grad();
        if (target.dtype == entry.Dtype && target.device_type == TorchSharp.DeviceType.CPU && target.is_contiguous())
        {
            Read(target, entry.Bytes, entry.Offset);
            return;
        }

        var elements = target.is_contiguous() ? target.view(-1) : null;
        var elementBytes = SafetensorsDtype.Size(entry.Dtype);
        var count = entry.Bytes / elementBytes;
        // A target that is not one run of memory has no pieces of its own: it gets the whole tensor at once.
        var piece = empty(elements is null ? count : Math.Min(count, PieceBytes / elementBytes), entry.Dtype);
        for (long done = 0; done < count; done += piece.shape[0])
        {
            using var pieces = NewDisposeScope();
            var length = Math.Min(piece.shape[0], count - done);
            Read(piece, length * elementBytes, entry.Offset + done * elementBytes);
            (elements?.narrow(0, done, length) ?? target).copy_(elements is null ? piece.view([.. entry.Shape]) : piece.narrow(0, 0, length));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private unsafe void Read(Tensor target, long bytes, long offset)
    {
        var memory = Kernels.TensorMemory.Pointer<byte>(target);
        while (bytes > 0)
        {
            var length = (int)Math.Min(bytes, 1 << 30);
            Read(new Span<byte>(memory, length), offset);
            memory += length;
            offset += length;
            bytes -= length;
        }
    }

    private void Read(Span<byte> buffer, long offset)
    {
        try
        {
            while (buffer.Length > 0)
            {
                var read = RandomAccess.Read(_file, buffer, offset);
                Require(read > 0, "the file has become shorter since it was opened");
                buffer = buffer[read..];
                offset += read;
            }
        }
        catch (IOException e)
        {
            throw new TorchException($"{Path}: cannot be read: {e.Message}", e);
        }
    }

    private void ReadHeader(long length)
    {
        Span<byte> lengthBytes = stackalloc byte[LengthBytes];
        Read(lengthBytes, 0);
        var headerLength = BinaryPrimitives.ReadInt64LittleEndian(lengthBytes);
        if (headerLength is < 2 or > LargestHeader || headerLength > length - LengthBytes)
        {
            throw Broken($"the header's length is given as {headerLength} bytes in a file of {length}");
        }

        var header = new byte[headerLength];
        Read(header, LengthBytes);
        try
        {
            var reader = new Utf8JsonReader(header);
            Expect(ref reader, JsonTokenType.StartObject);
            while (Next(ref reader) != JsonTokenType.EndObject)
            {
                var name = reader.GetString()!;
                Next(ref reader);
                if (name == "__metadata__")
                {
                    ReadMetadata(ref reader);
                }
                else if (!_entries.TryAdd(name, ReadEntry(ref reader, name, LengthBytes + headerLength, length)))
                {
                    throw Broken($"the tensor '{name}' occurs twice");
                }
            }

            Require(!reader.Read(), "text follows the header's JSON");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw Broken($"the header is not the expected JSON: {e.Message}", e);
        }

        // The format leaves no gaps: bytes that no tensor claims mean a header of another file.
        var end = LengthBytes + headerLength;
        foreach (var entry in _entries.Values.Where(entry => entry.Bytes > 0).OrderBy(entry => entry.Offset))
        {
            Require(entry.Offset >= end, $"the data of '{entry.Name}' overlaps that of another tensor");
            Require(entry.Offset == end, $"{entry.Offset - end} bytes before the data of '{entry.Name}' belong to no tensor");
            end = entry.Offset + entry.Bytes;
        }

        Require(end == length, $"{length - end} bytes at the end belong to no tensor");
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        Require(reader.TokenType == JsonTokenType.StartObject, "__metadata__ is not an object");
        while (Next(ref reader) != JsonTokenType.EndObject)
        {
            var key = reader.GetString()!;
            Next(ref reader);
            _metadata[key] = reader.GetString() ?? "";
        }
    }

    private SafetensorsEntry ReadEntry(ref Utf8JsonReader reader, string name, long dataStart, long fileLength)
    {
        Require(reader.TokenType == JsonTokenType.StartObject, $"'{name}' is not described by an object");
        string? dtypeName = null;
        List<long>? shape = null, offsets = null;
        while (Next(ref reader) != JsonTokenType.EndObject)
        {
            var key = reader.GetString();
            Next(ref reader);
            switch (key)
            {
                case "dtype" when dtypeName is null:
                    dtypeName = reader.GetString();
                    break;
                case "shape" when shape is null:
                    shape = ReadNumbers(ref reader, name);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ReadNumbers(ref reader, name);
                    break;
                default:
                    throw Broken($"'{name}' has an unknown or second field '{key}'");
            }
        }

        Require(dtypeName is not null && shape is not null && offsets is { Count: 2 }, $"'{name}' lacks a dtype, a shape or two data offsets");
        if (!SafetensorsDtype.TryParse(dtypeName!, out var dtype, out var size))
        {
            throw Broken($"'{name}' has the dtype {dtypeName}, which is not supported");
        }

        var bytes = (Int128)size;
        foreach (var dimension in shape!)
        {
            Require(dimension >= 0, $"'{name}' has a negative dimension");
            bytes *= dimension;
            Require(bytes <= long.MaxValue, $"'{name}' claims more elements than a file can hold");
        }

        var (begin, end) = (offsets![0], offsets[1]);
        Require(begin >= 0 && end >= begin && end <= fileLength - dataStart,
            $"'{name}' claims the data bytes {begin} to {end}, but the file has {fileLength - dataStart}");
        Require(bytes == end - begin, $"'{name}' has {end - begin} bytes of data where its shape and dtype need {bytes}");
        return new(name, dtype, shape, dataStart + begin, end - begin);
    }

    private List<long> ReadNumbers(ref Utf8JsonReader reader, string name)
    {
        Require(reader.TokenType == JsonTokenType.StartArray, $"'{name}' has a shape or offsets that are not a list");
        List<long> numbers = [];
        while (Next(ref reader) != JsonTokenType.EndArray)
        {
            Require(numbers.Count < 64, $"'{name}' has more than 64 dimensions");
            numbers.Add(reader.GetInt64());
        }

        return numbers;
    }

    private JsonTokenType Next(ref Utf8JsonReader reader)
    {
        Require(reader.Read(), "the header ends early");
        return reader.TokenType;
    }

    private void Expect(ref Utf8JsonReader reader, JsonTokenType type) => Require(Next(ref reader) == type, "the header is not a JSON object");

    private void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw Broken(problem);
        }
    }

    private TorchException Broken(string problem, Exception? inner = null)
        => new($"{Path}: not a sound safetensors file: {problem}; copy it again from its source", inner);
}
