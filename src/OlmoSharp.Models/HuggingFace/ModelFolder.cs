using OlmoSharp.Torch.Safetensors;
using static TorchSharp.torch;

namespace OlmoSharp.Models.HuggingFace;

/// <summary>A Hugging Face model folder: <c>config.json</c> and <c>model.safetensors</c> under Hugging Face's names.</summary>
public static class ModelFolder
{
    /// <summary>Name of the weights' file.</summary>
    public const string WeightsFile = "model.safetensors";

    /// <summary>Name of the architecture's file.</summary>
    public const string ConfigFile = "config.json";

    /// <summary>Name of the file with the defaults of generation.</summary>
    public const string GenerationConfigFile = "generation_config.json";

    /// <summary>Loads a model.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="device">Where the model shall live; null: the CPU.</param>
    /// <param name="computeType">Dtype of activations.</param>
    /// <exception cref="ModelException">The folder does not hold such a model; every missing, unexpected or misshapen tensor is named.</exception>
    public static Transformer Load(string folder, Device? device = null, ScalarType computeType = ScalarType.Float32)
    {
        if (!Directory.Exists(folder))
        {
            throw new ModelException($"{folder}: no such model folder; give one that holds {ConfigFile} and {WeightsFile}");
        }

        var config = HuggingFaceConfig.Read(Path.Combine(folder, ConfigFile));
        using var file = SafetensorsFile.Open(Path.Combine(folder, WeightsFile));
        var model = new Transformer(config, device, computeType);
        try
        {
            LoadWeights(model, file);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Fills a model's weights from a file.</summary>
    /// <exception cref="ModelException">Tensors are missing, unexpected or misshapen; all are named and nothing is loaded.</exception>
    public static void LoadWeights(Transformer model, SafetensorsFile file)
    {
        using var scope = NewDisposeScope();
        var wanted = NamedTensors(model);
        var problems = wanted
            .Where(tensor => !file.Entries.ContainsKey(tensor.Name))
            .Select(tensor => $"'{tensor.Name}' is missing")
            .Concat(file.Entries.Keys.Except(wanted.Select(tensor => tensor.Name)).Select(name => $"'{name}' is unexpected"))
            .Concat(wanted
                .Where(tensor => file.Entries.TryGetValue(tensor.Name, out var entry) && !entry.Shape.SequenceEqual(tensor.Tensor.shape))
                .Select(tensor => $"'{tensor.Name}' has shape [{string.Join(", ", file.Entries[tensor.Name].Shape)}] "
                    + $"where the config needs [{string.Join(", ", tensor.Tensor.shape)}]"))
            .ToList();
        if (problems.Count > 0)
        {
            throw new ModelException($"{file.Path}: does not fit its config: {string.Join("; ", problems)}");
        }

        foreach (var (name, tensor) in wanted)
        {
            file.CopyTo(name, tensor);
        }
    }

    /// <summary>Writes a model into a folder that exists; files of these names must not.</summary>
    /// <param name="model">The model.</param>
    /// <param name="folder">A folder not yet under its final name.</param>
    public static void Save(Transformer model, string folder)
    {
        using var scope = NewDisposeScope();
        File.WriteAllText(Path.Combine(folder, ConfigFile), HuggingFaceConfig.Write(model.Config));
        File.WriteAllText(
            Path.Combine(folder, GenerationConfigFile),
            $"{{\n  \"eos_token_id\": {model.Config.EndOfTextId},\n  \"pad_token_id\": {model.Config.PaddingId}\n}}\n");
        SafetensorsWriter.Write(
            Path.Combine(folder, WeightsFile), NamedTensors(model), new Dictionary<string, string> { ["format"] = "pt" });
    }

    /// <summary>A model's weights under their Hugging Face names; views that the current scope owns.</summary>
    public static IReadOnlyList<(string Name, Tensor Tensor)> NamedTensors(Transformer model)
        => [.. model.Parameters.Parameters.SelectMany(parameter => parameter.Slices.Select(slice => (slice.Name, parameter.View(slice))))];
}
