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
/// Runs a model through libtorch, on any device and in any dtype. The sequences of a batch are computed together, each with a cache of its own; a fork is a copy.
/// </summary>
public sealed class TorchEngine : IInferenceEngine
{
    private const int DefaultContexts = 4;

    // What is computed together: the activations of more would only take memory.
    private const int TokensAPass = 2048;

    private readonly Transformer _model;
    private readonly InputCheck _check;
    private readonly bool _leavesModel;
    private bool _isDisposed;

    /// <summary>Runs a model.</summary>
    /// <param name="model">The model; the engine disposes it, unless <paramref name="leavesModel"/> says otherwise.</param>
    /// <param name="positions">Positions that all sequences together have room for; null: four contexts of the model.</param>
    /// <param name="leavesModel">Whether the model is somebody else's, such as one in training, and outlives the engine.</param>
    public TorchEngine(Transformer model, int? positions = null, bool leavesModel = false)
    {
        (_model, _leavesModel) = (model, leavesModel);
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
        if (!_leavesModel)
        {
            _model.Dispose();
        }
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
        var before = inputs.Select(input => input.Sequence.Length).ToArray();
        try
        {
            for (int done = 0, count; done < inputs.Count; done += count)
            {
                count = 1;
                for (var tokens = inputs[done].Tokens.Length; done + count < inputs.Count && tokens + inputs[done + count].Tokens.Length <= TokensAPass; count++)
                {
                    tokens += inputs[done + count].Tokens.Length;
                }

                EngineInput[] pass = [.. inputs.Skip(done).Take(count)];
                Run(pass, output, isHidden);
                output = output[(pass.Sum(input => input.LogitRows) * width)..];
            }
        }
        catch
        {
            // Nothing has changed then.
            foreach (var (input, length) in inputs.Zip(before))
            {
                input.Sequence.Truncate(length);
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

    private void Run(EngineInput[] inputs, Span<float> output, bool isHidden)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var ids = new long[inputs.Sum(input => input.Tokens.Length)];
        var parts = new CachedPart[inputs.Length];
        var at = 0;
        for (var i = 0; i < inputs.Length; i++)
        {
            foreach (var token in inputs[i].Tokens.Span)
            {
                ids[at++] = token;
            }

            parts[i] = new(((TorchSequence)inputs[i].Sequence).CacheFor(inputs[i].Tokens.Length), inputs[i].Tokens.Length);
        }

        var hidden = _model.Hidden(tensor(ids, [1, ids.Length], device: _model.Device), parts);
        // The caches count them now, so the engine must, whatever happens to the logits.
        UsedPositions += ids.Length;
        List<Tensor> rows = [];
        at = 0;
        foreach (var input in inputs)
        {
            at += input.Tokens.Length;
            if (input.LogitRows > 0)
            {
                rows.Add(hidden.narrow(1, at - input.LogitRows, input.LogitRows));
            }
        }

        if (rows.Count > 0)
        {
            var wanted = rows.Count == 1 ? rows[0] : cat(rows, 1);
            using var result = (isHidden ? wanted : _model.Logits(wanted)).to_type(ScalarType.Float32).cpu().contiguous();
            MemoryMarshal.Cast<byte, float>(result.bytes).CopyTo(output);
        }
    }
}
