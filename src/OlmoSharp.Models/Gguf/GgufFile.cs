using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace OlmoSharp.Models.Gguf;

/// <summary>A GGUF file of version 2 or 3, mapped into memory; the header is checked whole when it is opened.</summary>
public sealed class GgufFile : IDisposable
{
    internal const uint Magic = 0x46554747; // "GGUF"
    internal const uint Version = 3;
    internal const int DefaultAlignment = 32;
    internal const string AlignmentKey = "general.alignment";

    private const int LeastBytes = 24;
    private const int MostDimensions = 4;
    private const long PieceElements = 1 << 22;

    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly Dictionary<string, GgufTensor> _tensors = [];

    private GgufFile(string path, long length)
    {
        Path = path;
        _map = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        try
        {
            _view = _map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
            Metadata = ReadHeader(new(path, _view.SafeMemoryMappedViewHandle, length), length);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The key-value pairs of the header.</summary>
    public GgufMetadata Metadata { get; }

    /// <summary>The tensors by name, in file order.</summary>
    public IReadOnlyDictionary<string, GgufTensor> Tensors => _tensors;

    /// <summary>Whether a path is to be taken for a GGUF file, not for a model folder.</summary>
    public static bool IsNamedSo(string path) => System.IO.Path.GetExtension(path) == ".gguf" && !Directory.Exists(path);

    /// <summary>Opens and checks a file.</summary>
    /// <exception cref="ModelException">The file is missing or is not a sound GGUF file of a supported version and supported tensor types.</exception>
    public static GgufFile Open(string path)
    {
        try
        {
            var length = new FileInfo(path).Length;
            return length < LeastBytes
                ? throw new ModelException($"{path}: {length} bytes are too few for a GGUF file; copy it again from its source")
                : new(path, length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{path}: cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Copies a tensor's elements into another tensor of the same shape, restoring quantized ones.</summary>
    /// <param name="name">Name in the file.</param>
    /// <param name="target">Any strided tensor of the same shape, on any device.</param>
    /// <exception cref="ModelException">No such tensor, or its shape is another.</exception>
    public void CopyTo(string name, Tensor target)
    {
        if (!_tensors.TryGetValue(name, out var entry))
        {
            throw new ModelException($"{Path}: holds no tensor '{name}'");
        }

        if (!entry.Shape.SequenceEqual(target.shape))
        {
            throw new ModelException(
                $"{Path}: '{name}' has shape [{string.Join(", ", entry.Shape)}], but [{string.Join(", ", target.shape)}] is needed");
        }

        CopyRows(entry, 0, target);
    }

    /// <summary>Copies consecutive rows of a tensor, a piece at a time.</summary>
    /// <param name="entry">A tensor of this file.</param>
    /// <param name="first">The first row, counted over all dimensions but the innermost.</param>
    /// <param name="target">Any strided tensor of rows of that length, on any device; as many rows as it has are copied.</param>
    internal void CopyRows(GgufTensor entry, long first, Tensor target)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var rows = target.view(-1, entry.RowElements);
        var pieceRows = Math.Min(rows.shape[0], Math.Max(1, PieceElements / entry.RowElements));
        var bytes = new byte[entry.Type.BytesOf(pieceRows * entry.RowElements)];
        using var values = empty(pieceRows, entry.RowElements);
        var restored = new float[pieceRows * entry.RowElements];
        for (long row = 0; row < rows.shape[0]; row += pieceRows)
        {
            using var piece = NewDisposeScope();
            var count = (int)Math.Min(pieceRows, rows.shape[0] - row);
            var elements = (int)(count * entry.RowElements);
            var size = (int)entry.Type.BytesOf(elements);
            _view.SafeMemoryMappedViewHandle.ReadSpan((ulong)(entry.Offset + entry.Type.BytesOf((first + row) * entry.RowElements)), bytes.AsSpan(0, size));
            entry.Type.Decode(bytes.AsMemory(0, size), restored.AsMemory(0, elements));
            MemoryMarshal.AsBytes(restored.AsSpan()).CopyTo(values.bytes);
            rows.narrow(0, row, count).copy_(values.narrow(0, 0, count));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _view?.Dispose();
        _map.Dispose();
    }

    private GgufMetadata ReadHeader(GgufHeaderReader reader, long length)
    {
        reader.Require(reader.Number<uint>("the magic number") == Magic, "it does not start with 'GGUF'");
        var version = reader.Number<uint>("the version");
        reader.Require(version is 2 or Version, $"its version is {version}, but only 2 and {Version}, little-endian, are supported");
        var tensorCount = reader.Number<ulong>("the number of tensors");
        var pairCount = reader.Number<ulong>("the number of metadata pairs");
        var metadata = ReadMetadata(reader, reader.Count(pairCount, sizeof(ulong) + sizeof(uint) + 1, "the metadata"));

        var alignment = metadata.Integer(AlignmentKey, DefaultAlignment);
        reader.Require(alignment >= 8 && int.IsPow2(alignment), $"its alignment is {alignment}, but must be a power of two of at least 8");
        var count = reader.Count(tensorCount, sizeof(ulong) + sizeof(uint) + sizeof(ulong) + sizeof(uint) + sizeof(ulong), "the list of tensors");
        var tensors = new GgufTensor[count];
        for (var i = 0; i < count; i++)
        {
            tensors[i] = ReadTensor(reader);
        }

        var dataStart = Align(reader.Position, alignment);
        foreach (var tensor in tensors)
        {
            reader.Require(tensor.Offset % alignment == 0, $"the data of '{tensor.Name}' is not aligned to {alignment} bytes");
            reader.Require(dataStart <= length && tensor.Offset <= length - dataStart && tensor.Bytes <= length - dataStart - tensor.Offset,
                $"'{tensor.Name}' claims {tensor.Bytes} bytes at {tensor.Offset} of the data, beyond the end of the file");
            reader.Require(_tensors.TryAdd(tensor.Name, tensor with { Offset = dataStart + tensor.Offset }), $"the tensor '{tensor.Name}' occurs twice");
        }

        var end = dataStart;
        foreach (var tensor in _tensors.Values.OrderBy(tensor => tensor.Offset))
        {
            reader.Require(tensor.Offset >= end, $"the data of '{tensor.Name}' overlaps that of another tensor");
            reader.Require(tensor.Offset == Align(end, alignment), $"bytes before the data of '{tensor.Name}' belong to no tensor");
            end = tensor.Offset + tensor.Bytes;
        }

        reader.Require(length <= Align(end, alignment), $"{length - end} bytes at the end belong to no tensor");
        return metadata;
    }

    private GgufMetadata ReadMetadata(GgufHeaderReader reader, int count)
    {
        var values = new Dictionary<string, object>();
        for (var i = 0; i < count; i++)
        {
            var key = reader.Text($"the key of metadata pair {i}");
            var type = (GgufValueType)reader.Number<uint>($"'{key}'");
            reader.Require(values.TryAdd(key, reader.Value(type, $"'{key}'")), $"the key '{key}' occurs twice");
        }

        return new(Path, values);
    }

    private static GgufTensor ReadTensor(GgufHeaderReader reader)
    {
        var name = reader.Text("a tensor's name");
        var dimensions = reader.Number<uint>($"the tensor '{name}'");
        reader.Require(dimensions is >= 1 and <= MostDimensions, $"'{name}' has {dimensions} dimensions, but must have 1 to {MostDimensions}");
        var shape = new long[dimensions];
        Int128 elements = 1;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            shape[i] = reader.Number<long>($"the tensor '{name}'");
            elements *= shape[i];
            reader.Require(shape[i] > 0 && elements <= long.MaxValue / sizeof(float), $"'{name}' has an impossible shape");
        }

        var typeId = reader.Number<uint>($"the tensor '{name}'");
        var type = GgufTensorType.All.FirstOrDefault(known => known.Id == typeId)
            ?? throw reader.Broken($"'{name}' has the tensor type {typeId}, but only {string.Join(", ", GgufTensorType.All.Select(known => $"{known.Name} ({known.Id})"))} are supported");
        reader.Require(shape[^1] % type.BlockElements == 0, $"'{name}' has rows of {shape[^1]} elements, not a whole number of {type.Name} blocks");
        var offset = reader.Number<long>($"the tensor '{name}'");
        reader.Require(offset >= 0, $"'{name}' claims data at an impossible place");
        return new(name, type, shape, offset, type.BytesOf((long)elements));
    }

    internal static long Align(long position, int alignment) => (position + alignment - 1) / alignment * alignment;
}
