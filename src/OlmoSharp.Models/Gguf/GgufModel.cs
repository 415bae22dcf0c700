using OlmoSharp.Models.HuggingFace;
using static TorchSharp.torch;

namespace OlmoSharp.Models.Gguf;

/// <summary>A model and its tokenizer from a GGUF file.</summary>
/// <param name="Transformer">The model; the caller disposes it.</param>
/// <param name="TokenizerJson">A <c>tokenizer.json</c> with the ids of the file's tokenizer, UTF-8.</param>
public sealed record GgufModel(Transformer Transformer, byte[] TokenizerJson)
{
    /// <summary>Loads a model; quantized weights are restored to float32.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">Where the model shall live; null: the CPU.</param>
    /// <param name="computeType">Dtype of activations.</param>
    /// <exception cref="ModelException">The file is not sound or holds a model that is not supported; every missing, unexpected or misshapen tensor is named.</exception>
    public static GgufModel Load(string path, Device? device = null, ScalarType computeType = ScalarType.Float32)
    {
        using var file = GgufFile.Open(path);
        var (architecture, config) = ReadArchitecture(file);
        var tokenizer = GgufTokenizer.Read(file.Metadata);
        var model = new Transformer(config, device, computeType);
        try
        {
            using var scope = NewDisposeScope();
            var targets = ModelFolder.NamedTensors(model).ToDictionary(tensor => tensor.Name, tensor => tensor.Tensor);
            foreach (var tensor in architecture.Tensors(config))
            {
                Fill(file, tensor, targets);
            }

            return new(model, tokenizer);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>The architecture that a file's settings describe; no weight is read.</summary>
    /// <exception cref="ModelException">The file holds a model that is not supported; every missing, unexpected or misshapen tensor is named.</exception>
    public static ModelConfig ReadConfig(GgufFile file) => ReadArchitecture(file).Config;

    /// <summary>The tokenizer of a file: a <c>tokenizer.json</c> with the same ids, UTF-8.</summary>
    /// <exception cref="ModelException">It has none that is supported.</exception>
    public static byte[] ReadTokenizer(GgufFile file) => GgufTokenizer.Read(file.Metadata);

    /// <summary>Where the weights of a model are, for readers that map the file; no weight is read.</summary>
    /// <exception cref="ModelException">The file holds a model that is not supported; every missing, unexpected or misshapen tensor is named.</exception>
    public static (ModelConfig Config, IReadOnlyList<GgufWeight> Weights) Locate(GgufFile file)
    {
        var (architecture, config) = ReadArchitecture(file);
        return (config, [.. architecture.Tensors(config).SelectMany(tensor => Parts(file.Tensors[tensor.Name], tensor))]);
    }

    private static IEnumerable<GgufWeight> Parts(GgufTensor entry, GgufTensorLayout tensor)
        => Enumerable.Range(0, tensor.Parts).Select(part => new GgufWeight(
            tensor.HuggingFace(part), entry.Type, tensor.PartShape, entry.Offset + part * (entry.Bytes / tensor.Parts), tensor.InterleavedHeads));

    private static (GgufArchitecture Architecture, ModelConfig Config) ReadArchitecture(GgufFile file)
    {
        var name = file.Metadata.Text("general.architecture");
        var architecture = GgufArchitecture.All.FirstOrDefault(row => row.Name == name)
            ?? throw file.Metadata.Wrong("general.architecture", string.Join(" or ", GgufArchitecture.All.Select(row => $"'{row.Name}'")));
        var config = architecture.ReadSettings(file);
        CheckTensors(file, architecture, config);
        return (architecture, config);
    }

    private static void Fill(GgufFile file, GgufTensorLayout tensor, Dictionary<string, Tensor> targets)
    {
        var entry = file.Tensors[tensor.Name];
        for (var part = 0; part < tensor.Parts; part++)
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            var target = targets[tensor.HuggingFace(part)];
            var first = part * (target.numel() / entry.RowElements);
            if (tensor.InterleavedHeads == 0)
            {
                file.CopyRows(entry, first, target);
            }
            else
            {
                var rows = empty_like(target, device: CPU);
                file.CopyRows(entry, first, rows);
                target.copy_(tensor.ToHuggingFaceOrder(rows));
            }
        }
    }

    // Before anything is allocated: settings of a damaged file may claim any size, tensors only what the file has.
    private static void CheckTensors(GgufFile file, GgufArchitecture architecture, ModelConfig config)
    {
        if (config.Layers > file.Tensors.Count)
        {
            throw new ModelException($"{file.Path}: claims {config.Layers} blocks but holds {file.Tensors.Count} tensors");
        }

        var wanted = architecture.Tensors(config).ToDictionary(tensor => tensor.Name, tensor => tensor.Shape);
        var problems = file.Tensors.Keys.Except(wanted.Keys).Select(tensor => $"'{tensor}' is unexpected").ToList();
        foreach (var (name, shape) in wanted)
        {
            if (!file.Tensors.TryGetValue(name, out var entry))
            {
                problems.Add($"'{name}' is missing");
            }
            else if (!entry.Shape.SequenceEqual(shape))
            {
                problems.Add($"'{name}' has shape [{string.Join(", ", entry.Shape)}] where the settings need [{string.Join(", ", shape)}]");
            }
        }

        if (problems.Count > 0)
        {
            throw new ModelException($"{file.Path}: does not fit its settings: {string.Join("; ", problems)}");
        }
    }
}
