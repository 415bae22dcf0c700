using OlmoSharp.Torch.Safetensors;
using static TorchSharp.torch;

namespace OlmoSharp.Models.HuggingFace;

/// <summary>A Hugging Face model folder: <c>config.json</c> and safetensors, one file or shards with an index, under Hugging Face's names.</summary>
public static class ModelFolder
{
    /// <summary>Name of the weights' file where they are in one.</summary>
    public const string WeightsFile = WeightFiles.SingleFile;

    /// <summary>Name of the architecture's file.</summary>
    public const string ConfigFile = "config.json";

    /// <summary>Name of the file with the defaults of generation.</summary>
    public const string GenerationConfigFile = "generation_config.json";

    /// <summary>Loads a model.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="device">Where the model shall live; null: the CPU.</param>
    /// <param name="computeType">Dtype of activations.</param>
    /// <param name="weightType">Dtype that weights are kept in; null: that of the files, or float32 where they have several.</param>
    /// <exception cref="ModelException">The folder does not hold such a model; every missing, unexpected or misshapen tensor is named.</exception>
    public static Transformer Load(
        string folder, Device? device = null, ScalarType computeType = ScalarType.Float32, ScalarType? weightType = ScalarType.Float32)
    {
        var (config, files) = Open(folder);
        using var _ = files;
        var model = new Transformer(config, device, computeType, weightType ?? files.Dtype ?? ScalarType.Float32);
        try
        {
            Fill(model, files);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Opens a model without reading its weights.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The architecture, and the weights, which are exactly those that it needs; the caller disposes them.</returns>
    /// <exception cref="ModelException">The folder does not hold such a model; every missing, unexpected or misshapen tensor is named.</exception>
    public static (ModelConfig Config, WeightFiles Weights) Open(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new ModelException($"{folder}: no such model folder; give one that holds {ConfigFile} and {WeightsFile}");
        }

        var config = HuggingFaceConfig.Read(Path.Combine(folder, ConfigFile));
        return (config, WeightFiles.Open(folder, config));
    }

    /// <summary>Fills a model's weights from a folder of the same architecture; what only training needs may differ.</summary>
    /// <exception cref="ModelException">The folder does not hold such a model, or one of another architecture; nothing is loaded.</exception>
    public static void LoadWeights(Transformer model, string folder)
    {
        var (config, files) = Open(folder);
        using var _ = files;
        var differences = ModelConfigDifference.Between(model.Config, config).Where(difference => difference.ChangesComputation)
            .Select(difference => $"{difference.Option} {difference.Second} where {difference.First} is needed").ToList();
        if (differences.Count > 0)
        {
            throw new ModelException($"{Path.Combine(folder, ConfigFile)}: is another architecture: {string.Join("; ", differences)}");
        }

        Fill(model, files);
    }

    /// <summary>Writes a model into a folder that exists; files of these names must not.</summary>
    /// <param name="model">The model.</param>
    /// <param name="folder">A folder not yet under its final name.</param>
    /// <param name="dtype">Element type of the weights: float32, bfloat16 or float16.</param>
    /// <param name="shardBytes">Weights of more bytes are split into files of at most this size (or one tensor).</param>
    public static void Save(Transformer model, string folder, ScalarType dtype = ScalarType.Float32, long shardBytes = long.MaxValue)
    {
        using var scope = NewDisposeScope();
        File.WriteAllText(Path.Combine(folder, ConfigFile), HuggingFaceConfig.Write(model.Config, dtype));
        File.WriteAllText(Path.Combine(folder, GenerationConfigFile), GenerationConfig.Write(model.Config));
        WeightFiles.Write(folder, [.. NamedTensors(model).Select(tensor => SafetensorsSource.Of(tensor.Name, tensor.Tensor, dtype))], shardBytes);
    }

    /// <summary>A model's weights under their Hugging Face names; views that the current scope owns.</summary>
    public static IReadOnlyList<(string Name, Tensor Tensor)> NamedTensors(Transformer model)
        => [.. model.Parameters.Parameters.SelectMany(parameter => parameter.Slices.Select(slice => (slice.Name, parameter.View(slice))))];

    private static void Fill(Transformer model, WeightFiles files)
    {
        using var scope = NewDisposeScope();
        foreach (var (name, tensor) in NamedTensors(model))
        {
            files.CopyTo(name, tensor);
        }
    }
}
