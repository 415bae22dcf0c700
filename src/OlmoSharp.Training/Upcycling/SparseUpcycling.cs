using OlmoSharp.Data.Documents;
using OlmoSharp.Models;
using OlmoSharp.Models.HuggingFace;
using OlmoSharp.Torch.Native;
using OlmoSharp.Torch.Safetensors;
using OlmoSharp.Training.Checkpoints;
using static TorchSharp.torch;

namespace OlmoSharp.Training.Upcycling;

/// <summary>
/// Sparse upcycling (Komatsuzaki et al. 2023): turns a dense model into a mixture of experts in which every expert is a copy of the dense
/// feed-forward layer, under routers drawn at random. OLMo 2 becomes FlexOlmo's architecture; a model of the OLMoE family with one expert,
/// which is a dense one in all but name, gets more. One tensor is in memory at a time.
/// </summary>
public sealed class SparseUpcycling : IDisposable
{
    // Of the routers' normal distribution.
    private const double RouterDeviation = 0.02;

    // More is a slip of the finger, which would fill the disk.
    private const int MostExperts = 4096;

    private static readonly string[] CopiedFiles =
    [
        Checkpoint.TokenizerFile, "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json", "merges.txt", "chat_template.jinja",
        ModelFolder.GenerationConfigFile,
    ];

    private readonly string _dense;
    private readonly UpcyclingOptions _options;
    private readonly WeightFiles _weights;
    private readonly bool _hasOneExpert;
    private readonly Dictionary<string, ScalarType> _dtypes;

    private SparseUpcycling(string dense, ModelConfig config, WeightFiles weights, UpcyclingOptions options)
    {
        _dense = dense;
        _options = options;
        _weights = weights;
        _hasOneExpert = config.Experts == 1;
        _dtypes = weights.Entries.ToDictionary(entry => entry.Name, entry => entry.Dtype);
        Dense = config;
        Sparse = Upcycled(dense, config, options);
        Tensors = Transformer.Describe(Sparse).Sum(parameter => parameter.Slices.Count);
    }

    /// <summary>The architecture of the dense model.</summary>
    public ModelConfig Dense { get; }

    /// <summary>The architecture that it becomes.</summary>
    public ModelConfig Sparse { get; }

    /// <summary>Tensors that <see cref="Write"/> writes.</summary>
    public int Tensors { get; }

    /// <summary>Checks model and options; reads no weights and writes nothing.</summary>
    /// <param name="dense">The dense model's folder.</param>
    /// <param name="options">What it shall become.</param>
    /// <exception cref="TrainingException">The options fit no model, or no sparse architecture computes what this one does.</exception>
    /// <exception cref="ModelException">The folder does not hold a whole model.</exception>
    public static SparseUpcycling Open(string dense, UpcyclingOptions options)
    {
        Check(options);
        TorchBackend.EnsureLoaded();
        var (config, weights) = ModelFolder.Open(dense);
        try
        {
            return new(dense, config, weights, options);
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <summary>Writes the sparse model's folder with the dense one's tokenizer: whole, or not at all. The same input gives the same bytes.</summary>
    /// <param name="output">The folder; nothing may be there.</param>
    /// <param name="progress">Takes the number of tensors written so far; null where nobody asks.</param>
    /// <param name="cancellation">Stops between tensors; then nothing remains.</param>
    /// <exception cref="TrainingException">Something is there already, or the disk refuses.</exception>
    public void Write(string output, Action<long>? progress = null, CancellationToken cancellation = default)
    {
        if (Path.Exists(output))
        {
            throw new TrainingException($"{output}: is there already; pick another folder or delete it");
        }

        using var routers = new Generator((ulong)_options.Seed);
        // Another stream, so that the routers are the same with and without noise.
        using var noise = new Generator(~(ulong)_options.Seed);
        long written = 0;
        SafetensorsSource Source(string name, IReadOnlyList<long> shape)
        {
            var from = DenseName(name);
            return new(name, _dtypes[from ?? "model.embed_tokens.weight"], shape, () =>
            {
                cancellation.ThrowIfCancellationRequested();
                progress?.Invoke(++written);
                return from is null ? randn([.. shape], ScalarType.Float32, generator: routers) * RouterDeviation
                    : from == name || !IsExpert(name) ? Read(from, shape)
                    : WithNoise(Read(from, shape), noise);
            });
        }

        var sources = Transformer.Describe(Sparse).SelectMany(parameter => parameter.Slices, (parameter, slice) => Source(slice.Name, parameter.ShapeOf(slice))).ToList();
        try
        {
            AtomicFolder.Write(output, folder =>
            {
                File.WriteAllText(Path.Combine(folder, ModelFolder.ConfigFile), HuggingFaceConfig.Write(Sparse, _dtypes["model.embed_tokens.weight"]));
                foreach (var file in CopiedFiles.Where(file => File.Exists(Path.Combine(_dense, file))))
                {
                    File.Copy(Path.Combine(_dense, file), Path.Combine(folder, file));
                }

                WeightFiles.Write(folder, sources, shardBytes: long.MaxValue);
                Directory.CreateDirectory(Path.Combine(folder, Checkpoint.TrainingFolder));
                CheckpointManifest.Write(folder);
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"{output}: the upcycled model cannot be written: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _weights.Dispose();

    private static void Check(UpcyclingOptions options)
    {
        if (options.Experts is < 2 or > MostExperts)
        {
            throw new TrainingException($"{options.Experts} experts: a sparse model needs 2 to {MostExperts}");
        }

        if (options.ExpertsPerToken < 1 || options.ExpertsPerToken > options.Experts)
        {
            throw new TrainingException($"{options.ExpertsPerToken} experts per token: must be 1 to {options.Experts}, the number of experts");
        }

        if (options is { ExpertsPerToken: 1, Renormalise: true })
        {
            throw new TrainingException(
                "1 expert per token with renormalised weights: the weight is then always 1, so the routers could not learn from the text; "
                + "take 2 experts per token or more, or do not renormalise");
        }

        if (!(options.ExpertNoise >= 0) || double.IsInfinity(options.ExpertNoise))
        {
            throw new TrainingException($"expert noise {options.ExpertNoise}: must be a number of at least 0");
        }
    }

    private static ModelConfig Upcycled(string folder, ModelConfig dense, UpcyclingOptions options)
        => dense switch
        {
            { Experts: > 1 } => throw new TrainingException($"{folder}: is sparse already, with {dense.Experts} experts; give a dense model"),
            { Family: ModelFamily.Olmo } => throw new TrainingException(
                $"{folder}: is an OLMo model, whose LayerNorm without weights no sparse family has, so no program could open the result; "
                + "give an OLMo 2 model, or one of the OLMoE family with one expert"),
            _ => dense with
            {
                Experts = options.Experts,
                ExpertsPerToken = options.ExpertsPerToken,
                RenormaliseExpertWeights = options.Renormalise,
            },
        };

    private static bool IsExpert(string name) => name.Contains(".mlp.experts.", StringComparison.Ordinal);

    /// <summary>The dense tensor that becomes a sparse one; null for a router.</summary>
    private string? DenseName(string name)
    {
        if (name.EndsWith(".mlp.gate.weight", StringComparison.Ordinal))
        {
            return null;
        }

        const string experts = ".experts.";
        var at = name.IndexOf(experts, StringComparison.Ordinal);
        if (at < 0)
        {
            return name;
        }

        var matrix = name[name.IndexOf('.', at + experts.Length)..];
        return _hasOneExpert ? $"{name[..at]}.experts.0{matrix}" : name[..at] + matrix;
    }

    private Tensor Read(string name, IReadOnlyList<long> shape)
    {
        var tensor = empty([.. shape], _dtypes[name]);
        _weights.CopyTo(name, tensor);
        return tensor;
    }

    private Tensor WithNoise(Tensor matrix, Generator generator)
    {
        if (_options.ExpertNoise == 0)
        {
            return matrix;
        }

        var wide = matrix.to_type(ScalarType.Float32);
        var deviation = wide.square().mean().sqrt() * _options.ExpertNoise;
        return randn(wide.shape, ScalarType.Float32, generator: generator).mul_(deviation).add_(wide);
    }
}
