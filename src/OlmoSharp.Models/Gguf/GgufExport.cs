using OlmoSharp.Models.HuggingFace;
using OlmoSharp.Torch.Native;
using static TorchSharp.torch;

namespace OlmoSharp.Models.Gguf;

/// <summary>Converts Hugging Face model folders to GGUF files that llama.cpp opens.</summary>
public static class GgufExport
{
    /// <summary>Converts a model with its tokenizer, one tensor of the folder in memory at a time. The file appears whole or not at all.</summary>
    /// <param name="folder">The model folder; its weights may be in one file or in shards.</param>
    /// <param name="output">The file to write; an existing one is replaced.</param>
    /// <param name="type">What to convert matrices to; norm weights and routers stay float32.</param>
    /// <exception cref="ModelException">
    /// The folder is not a whole model, llama.cpp knows no such model, or the type cannot hold it; every unfitting tensor is named.
    /// </exception>
    public static void Write(string folder, string output, GgufFileType type)
    {
        TorchBackend.EnsureLoaded();
        var (config, weights) = ModelFolder.Open(folder);
        using var _ = weights;
        var architecture = GgufArchitecture.Of(config, folder);
        var tokenizer = GgufTokenizer.Write(folder, config);
        var tensors = architecture.Tensors(config).ToArray();
        RequireWholeBlocks(folder, tensors, config, type);

        List<(string, object)> metadata =
        [
            ("general.architecture", architecture.Name),
            ("general.type", "model"),
            ("general.name", new DirectoryInfo(folder).Name),
            ("general.file_type", type.Id),
            ("general.quantization_version", 2u),
            .. architecture.Settings(config),
            .. tokenizer,
        ];
        GgufWriter.Write(output, metadata, [.. tensors.Select(tensor => new GgufTensorSource(
            tensor.Name, type.TypeOf(tensor, config), tensor.Shape,
            [.. Enumerable.Range(0, tensor.Parts).Select(part => (Func<Tensor>)(() => Load(weights, tensor.HuggingFace(part), tensor)))]))]);
    }

    private static void RequireWholeBlocks(string folder, GgufTensorLayout[] tensors, ModelConfig config, GgufFileType type)
    {
        var problems = tensors
            .Select(tensor => (tensor.Name, Row: tensor.Shape[^1], Type: type.TypeOf(tensor, config)))
            .Where(tensor => tensor.Row % tensor.Type.BlockElements != 0)
            .Select(tensor => $"'{tensor.Name}' has rows of {tensor.Row} elements, but {tensor.Type.Name} needs a multiple of {tensor.Type.BlockElements}")
            .ToList();
        if (problems.Count > 0)
        {
            throw new ModelException($"{folder}: cannot be converted to {type.Name}: {string.Join("; ", problems)}; choose f16 or bf16");
        }
    }

    private static Tensor Load(WeightFiles weights, string name, GgufTensorLayout tensor)
    {
        var part = empty([.. tensor.PartShape], ScalarType.Float32);
        weights.CopyTo(name, part);
        return tensor.ToFileOrder(part);
    }
}
