using System.IO.MemoryMappedFiles;
using System.Text.Json;
using static TorchSharp.torch;

namespace OlmoSharp.Torch.Safetensors;

/// <summary>One tensor in a safetensors file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Dtype">Element type.</param>
/// <param name="Shape">Shape, in elements.</param>
/// <param name="Offset">First byte, from the start of the file.</param>
/// <param name="Bytes">Size in bytes.</param>
public sealed record SafetensorsEntry(string Name, ScalarType Dtype, IReadOnlyList<long> Shape, long Offset, long Bytes);

/// <summary>A safetensors file, mapped into memory; the header is checked whole when it is opened.</summary>
public sealed unsafe class SafetensorsFile : IDisposable
{
    private const long LargestHeader = 100_000_000;
    private const int LengthBytes = sizeof(long);

    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private readonly Dictionary<string, SafetensorsEntry> _entries = [];
    private readonly Dictionary<string, string> _metadata = [];

    private SafetensorsFile(string path, long length)
    {
        Path = path;
        _map = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        _view = _map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        try
        {
            ReadHeader(length);
        }
        catch
        {
            Dispose();
            throw;
        }
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
        try
        {
            var length = new FileInfo(path).Length;
            return length < LengthBytes
                ? throw new TorchException($"{path}: {length} bytes are too few for a safetensors file; copy it again from its source")
                : new(path, length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TorchException($"{path}: cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Copies a tensor's elements into another tensor of the same shape, converting the dtype.</summary>
    /// <param name="name">Name in the file.</param>
    /// <param name="target">Any strided tensor of the same shape, on any device.</param>
    /// <exception cref="TorchException">No such tensor, or its shape is another.</exception>
    public void CopyTo(string name, Tensor target)
    {
        if (!_entries.TryGetValue(name, out var entry))
        {
            throw new TorchException($"{Path}: holds no tensor '{name}'");
        }

        if (!entry.Shape.SequenceEqual(target.shape))
        {
            throw new TorchException(
                $"{Path}: '{name}' has shape [{string.Join(", ", entry.Shape)}], but [{string.Join(", ", target.shape)}] is needed");
        }

        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var source = empty([.. entry.Shape], entry.Dtype);
        var memory = Kernels.TensorMemory.Pointer<byte>(source);
        Buffer.MemoryCopy(_start + entry.Offset, memory, entry.Bytes, entry.Bytes);
        target.copy_(source);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _map.Dispose();
    }

    private void ReadHeader(long length)
    {
        var headerLength = *(long*)_start;
        if (headerLength is < 2 or > LargestHeader || headerLength > length - LengthBytes)
        {
            throw Broken($"the header's length is given as {headerLength} bytes in a file of {length}");
        }

        try
        {
            var reader = new Utf8JsonReader(new ReadOnlySpan<byte>(_start + LengthBytes, (int)headerLength));
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
