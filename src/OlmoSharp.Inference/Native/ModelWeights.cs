using OlmoSharp.Inference.Native.Kernels;
using OlmoSharp.Models;
using OlmoSharp.Models.Gguf;
using OlmoSharp.Models.HuggingFace;
using OlmoSharp.Torch;
using static TorchSharp.torch;

namespace OlmoSharp.Inference.Native;

/// <summary>A model's weights where its files have them, under their Hugging Face names; nothing but norms, which are small, is copied.</summary>
internal sealed unsafe class ModelWeights : IDisposable
{
    private readonly Dictionary<string, MappedTensor> _tensors = [];
    private readonly Dictionary<string, MappedFile> _files = [];
    private readonly List<Scratch> _vectors = [];

    private ModelWeights(string path, ModelConfig config) => (Path, Config) = (path, config);

    /// <summary>The folder or file; for messages.</summary>
    public string Path { get; }

    /// <summary>The architecture.</summary>
    public ModelConfig Config { get; }

    /// <summary>Size of all tensors.</summary>
    public long Bytes => _tensors.Values.Sum(tensor => tensor.Bytes);

    /// <summary>Whether the rotary embedding turns each even row of a head with the odd one after it, not the first half with the second.</summary>
    public bool InterleavedRotary { get; private set; }

    /// <summary>Maps a model.</summary>
    /// <param name="path">A Hugging Face model folder or a <c>.gguf</c> file.</param>
    /// <exception cref="ModelException">It holds no sound model.</exception>
    /// <exception cref="InferenceException">A tensor has a type that the engine does not compute with, or cannot be mapped.</exception>
    public static ModelWeights Open(string path) => GgufFile.IsNamedSo(path) ? OpenFile(path) : OpenFolder(path);

    /// <summary>A matrix.</summary>
    /// <param name="name">Its Hugging Face name.</param>
    public WeightMatrix Matrix(string name)
    {
        var tensor = _tensors[name];
        var (rows, columns) = ((int)tensor.Shape[0], (int)tensor.Shape[1]);
        return new(tensor.Data, tensor.Type, rows, columns);
    }

    /// <summary>A vector in float32.</summary>
    /// <param name="name">Its Hugging Face name.</param>
    public float* Vector(string name)
    {
        var tensor = _tensors[name];
        var elements = tensor.Bytes / tensor.Type.BlockBytes * tensor.Type.BlockElements;
        var vector = new Scratch();
        _vectors.Add(vector);
        var memory = (float*)vector.Take(elements * sizeof(float));
        tensor.Type.DecodeRow(new(tensor.Data, (int)tensor.Bytes), new(memory, (int)elements));
        return memory;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _vectors.ForEach(vector => vector.Dispose());
        foreach (var file in _files.Values)
        {
            file.Dispose();
        }
    }

    private static ModelWeights OpenFile(string path)
    {
        ModelConfig config;
        IReadOnlyList<GgufWeight> tensors;
        using (var file = GgufFile.Open(path))
        {
            (config, tensors) = GgufModel.Locate(file);
        }

        var weights = new ModelWeights(path, config);
        return weights.Filled(() =>
        {
            foreach (var tensor in tensors)
            {
                weights.Add(path, tensor.Name, tensor.Type, tensor.Shape, tensor.Offset);
            }

            weights.InterleavedRotary = tensors.Any(tensor => tensor.InterleavedHeads > 0);
        });
    }

    private static ModelWeights OpenFolder(string folder)
    {
        ModelConfig config;
        WeightFiles files;
        try
        {
            (config, files) = ModelFolder.Open(folder);
        }
        catch (TorchException e)
        {
            throw new InferenceException(e.Message, e);
        }

        using var _ = files;
        var weights = new ModelWeights(folder, config);
        return weights.Filled(() =>
        {
            foreach (var name in files.Entries.Select(entry => entry.Name).ToList())
            {
                var (path, entry) = files.Locate(name)!.Value;
                weights.Add(path, name, TypeOf(path, name, entry.Dtype), entry.Shape, entry.Offset);
            }
        });
    }

    private ModelWeights Filled(Action fill)
    {
        try
        {
            fill();
            return this;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private static GgufTensorType TypeOf(string path, string name, ScalarType dtype) => dtype switch
    {
        ScalarType.Float32 => GgufTensorType.F32,
        ScalarType.Float16 => GgufTensorType.F16,
        ScalarType.BFloat16 => GgufTensorType.BF16,
        _ => throw new InferenceException($"{path}: '{name}' has elements of type {dtype}, but the native engine takes float32, float16 and bfloat16; use the torch engine"),
    };

    private void Add(string path, string name, GgufTensorType type, IReadOnlyList<long> shape, long offset)
    {
        if (!_files.TryGetValue(path, out var file))
        {
            _files.Add(path, file = new(path));
        }

        var bytes = type.BytesOf(shape.Aggregate(1L, (product, size) => product * size));
        _tensors.Add(name, new(file.Bytes(name, offset, bytes), type, shape, bytes));
    }

    private sealed record MappedTensor(IntPtr Address, GgufTensorType Type, IReadOnlyList<long> Shape, long Bytes)
    {
        public MappedTensor(byte* data, GgufTensorType type, IReadOnlyList<long> shape, long bytes)
            : this((IntPtr)data, type, shape, bytes)
        {
        }

        public byte* Data => (byte*)Address;
    }
}
