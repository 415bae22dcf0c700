using OlmoSharp.Models.HuggingFace;
using OlmoSharp.Torch.Native;
using OlmoSharp.Torch.Safetensors;
using static TorchSharp.torch;

namespace OlmoSharp.Models.Gguf;

/// <summary>Converts Hugging Face model folders to GGUF files that llama.cpp opens.</summary>
public static class GgufExport
{
    /// <summary>Converts a model with its tokenizer, one tensor in memory at a time. The file appears whole or not at all.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="output">The file to write; an existing one is replaced.</param>
    /// <param name="type">What to convert matrices to; norm weights stay float32.</param>
    /// <exception cref="ModelException">The folder is not a whole model, or the type cannot hold it; every unfitting tensor is named.</exception>
    public static void Write(string folder, string output, GgufFileType type)
    {
        TorchBackend.EnsureLoaded();
        var config = HuggingFaceConfig.Read(Path.Combine(folder, ModelFolder.ConfigFile));
        var architecture = GgufArchitecture.All.Single(row => row.Name == "olmo2");
        var tokenizer = GgufTokenizer.Write(folder, config);
        using var weights = SafetensorsFile.Open(Path.Combine(folder, ModelFolder.WeightsFile));
        var tensors = architecture.Tensors(config).ToArray();
        CheckTensors(weights, tensors, type);

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
            tensor.Gguf, TypeOf(tensor.Gguf, tensor.Shape, type), tensor.Shape, () => Load(weights, tensor.HuggingFace, tensor.Shape)))]);
    }

    private static void CheckTensors(SafetensorsFile weights, (string Gguf, string HuggingFace, long[] Shape)[] tensors, GgufFileType type)
    {
        var problems = weights.Entries.Keys.Except(tensors.Select(tensor => tensor.HuggingFace)).Select(name => $"'{name}' is unexpected").ToList();
        foreach (var (gguf, name, shape) in tensors)
        {
            if (!weights.Entries.TryGetValue(name, out var entry))
            {
                problems.Add($"'{name}' is missing");
            }
            else if (!entry.Shape.SequenceEqual(shape))
            {
                problems.Add($"'{name}' has shape [{string.Join(", ", entry.Shape)}] where the config needs [{string.Join(", ", shape)}]");
            }
            else if (TypeOf(gguf, shape, type) is var stored && shape[^1] % stored.BlockElements != 0)
            {
                problems.Add($"'{name}' has rows of {shape[^1]} elements, but {stored.Name} needs a multiple of {stored.BlockElements}; choose f16 or bf16");
            }
        }

        if (problems.Count > 0)
        {
            throw new ModelException($"{weights.Path}: cannot be converted to {type.Name}: {string.Join("; ", problems)}");
        }
    }

    private static GgufTensorType TypeOf(string name, long[] shape, GgufFileType type)
        => shape.Length == 1 ? GgufTensorType.F32 : name == GgufArchitecture.OutputProjection ? type.OutputProjection : type.Matrices;

    private static Tensor Load(SafetensorsFile weights, string name, long[] shape)
    {
        var tensor = empty(shape, ScalarType.Float32);
        weights.CopyTo(name, tensor);
        return tensor;
    }
}
