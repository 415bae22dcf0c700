using System.Runtime.InteropServices;
using OlmoSharp.Inference.Engines;
using OlmoSharp.Models;
using OlmoSharp.Models.Gguf;
using OlmoSharp.Models.HuggingFace;
using OlmoSharp.Models.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace OlmoSharp.Inference.Torch;

/// <summary>
/// Runs a model through libtorch, on any device and in any dtype. The sequences of a batch run one after the other, each with a cache of its own; a fork is a copy.
/// </summary>
public sealed class TorchEngine : IInferenceEngine
{
    private const int DefaultContexts = 4;

    private readonly Transformer _model;
    private readonly InputCheck _check;
    private bool _isDisposed;

    /// <summary>Runs a model.</summary>
    /// <param name="model">The model; the engine disposes it.</param>
    /// <param name="positions">Positions that all sequences together have room for; null: four contexts of the model.</param>
    public TorchEngine(Transformer model, int? positions = null)
    {
        _model = model;
        _check = new(model.Config, this);
        Positions = positions ?? (int)Math.Min(int.MaxValue, (long)DefaultContexts * model.Config.ContextLength);
        ArgumentOutOfRangeException.ThrowIfLessThan(Positions, 1);
    }

    /// <inheritdoc/>
    public ModelConfig Config => _model.Config;

    /// <inheritdoc/>
    public int Positions { get; }

    /// <inheritdoc/>
    public int FreePositions => Positions - UsedPositions;

    /// <summary>Tokens of all sequences.</summary>
    internal int UsedPositions { get; set; }

    /// <summary>Loads a model.</summary>
    /// <param name="path">A Hugging Face model folder, a checkpoint, which is one, or a <c>.gguf</c> file.</param>
    /// <param name="device">Where to compute; null: the CPU.</param>
    /// <param name="computeType">Dtype of activations.</param>
    /// <param name="positions">Positions that all sequences together have room for; null: four contexts of the model.</param>
    /// <exception cref="ModelException">The path holds no sound model.</exception>
    /// <exception cref="InferenceException">The model does not fit into the CPU's memory.</exception>
    public static TorchEngine Load(string path, Device? device = null, ScalarType computeType = ScalarType.Float32, int? positions = null)
    {
        if (device is null || device.type == DeviceType.CPU)
        {
            RequireMemory(path, AvailableMemory.Bytes);
        }

        var model = GgufFile.IsNamedSo(path) ? GgufModel.Load(path, device, computeType).Transformer : ModelFolder.Load(path, device, computeType);
        return new(model, positions);
    }

    /// <inheritdoc/>
    public IEngineSequence NewSequence()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return new TorchSequence(this);
    }

    /// <inheritdoc/>
    public void Forward(IReadOnlyList<EngineInput> inputs, Span<float> logits) => Run(inputs, logits, Config.VocabularySize, isHidden: false);

    /// <inheritdoc/>
    public void ForwardHidden(IReadOnlyList<EngineInput> inputs, Span<float> hidden) => Run(inputs, hidden, Config.HiddenSize, isHidden: true);

    /// <inheritdoc/>
    public void Dispose()
    {
        _isDisposed = true;
        _model.Dispose();
    }

    /// <summary>An empty cache of a sequence.</summary>
    internal KeyValueCache NewCache(int capacity) => _model.NewCache(batch: 1, capacity);

    /// <summary>Refuses more positions than are free.</summary>
    /// <exception cref="InferenceException">There are fewer.</exception>
    internal void RequireFree(long positions)
    {
        if (positions > FreePositions)
        {
            throw new InferenceException(
                $"the tokens need {positions} more cached positions, but {FreePositions} of {Positions} are free; free sequences or give the engine more positions");
        }
    }

    /// <summary>Refuses a model whose weights, in float32, are more than memory has room for.</summary>
    /// <exception cref="InferenceException">They are.</exception>
    internal static void RequireMemory(string path, long available)
    {
        var bytes = ReadConfig(path).Parameters * sizeof(float);
        if (bytes > available)
        {
            throw new InferenceException(
                $"{path}: needs {bytes / AvailableMemory.BytesAGibibyte:F2} GiB for weights in float32, but {available / AvailableMemory.BytesAGibibyte:F2} GiB of memory is available; "
                + "take the native engine, which keeps weights as the file has them, or a smaller model");
        }
    }

    private void Run(IReadOnlyList<EngineInput> inputs, Span<float> output, int width, bool isHidden)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        RequireFree(_check.Run(inputs, output.Length, width));
        int done = 0, before = 0;
        try
        {
            for (; done < inputs.Count; done++)
            {
                var input = inputs[done];
                before = input.Sequence.Length;
                Run((TorchSequence)input.Sequence, input, output, isHidden);
                output = output[(input.LogitRows * width)..];
            }
        }
        catch
        {
            // Nothing has changed then.
            inputs[done].Sequence.Truncate(before);
            while (--done >= 0)
            {
                inputs[done].Sequence.Truncate(inputs[done].Sequence.Length - inputs[done].Tokens.Length);
            }

            throw;
        }
    }

    private static ModelConfig ReadConfig(string path)
    {
        if (GgufFile.IsNamedSo(path))
        {
            using var file = GgufFile.Open(path);
            return GgufModel.ReadConfig(file);
        }

        var (config, weights) = ModelFolder.Open(path);
        weights.Dispose();
        return config;
    }

    private void Run(TorchSequence sequence, in EngineInput input, Span<float> output, bool isHidden)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var ids = new long[input.Tokens.Length];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = input.Tokens.Span[i];
        }

        var cache = sequence.CacheFor(ids.Length);
        var hidden = _model.Hidden(tensor(ids, [1, ids.Length], device: _model.Device), cache);
        // The cache counts them now, so the engine must, whatever happens to the logits.
        UsedPositions += ids.Length;
        if (input.LogitRows > 0)
        {
            var rows = hidden.narrow(1, ids.Length - input.LogitRows, input.LogitRows);
            using var result = (isHidden ? rows : _model.Logits(rows)).to_type(ScalarType.Float32).cpu().contiguous();
            MemoryMarshal.Cast<byte, float>(result.bytes).CopyTo(output);
        }
    }
}
