using OlmoSharp.Models;
using OlmoSharp.Models.Gguf;
using OlmoSharp.Models.HuggingFace;
using OlmoSharp.Torch.Safetensors;
using static TorchSharp.torch;

namespace OlmoSharp.Analysis.Parity;

/// <summary>One side of a comparison: tensors by their Hugging Face names, read row by row.</summary>
internal abstract class ComparedModel : IDisposable
{
    /// <summary>The architecture.</summary>
    public abstract ModelConfig Config { get; }

    /// <summary>The tensors, in the order of the forward pass, with their dtypes where the file holds them as they are.</summary>
    public abstract IReadOnlyList<(string Name, string? Dtype, IReadOnlyList<long> Shape)> Tensors { get; }

    /// <summary>Opens a model.</summary>
    /// <param name="path">A model folder or a <c>.gguf</c> file.</param>
    public static ComparedModel Open(string path) => Path.GetExtension(path) == ".gguf" && File.Exists(path) ? new RestoredModel(path) : new StoredModel(path);

    /// <summary>Copies rows of a tensor from <paramref name="begin"/> on into [rows, …], float32.</summary>
    public abstract void CopyRowsTo(string name, long begin, Tensor target);

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>A folder, of which only what is compared is read.</summary>
    private sealed class StoredModel : ComparedModel
    {
        private readonly WeightFiles _weights;

        public StoredModel(string folder)
        {
            (Config, _weights) = ModelFolder.Open(folder);
            Tensors =
            [
                .. Transformer.Describe(Config).SelectMany(parameter => parameter.Slices, (parameter, slice) => (
                    slice.Name, (string?)SafetensorsDtype.Name(_weights.Find(slice.Name)!.Dtype), parameter.ShapeOf(slice))),
            ];
        }

        public override ModelConfig Config { get; }

        public override IReadOnlyList<(string Name, string? Dtype, IReadOnlyList<long> Shape)> Tensors { get; }

        public override void CopyRowsTo(string name, long begin, Tensor target) => _weights.CopyRowsTo(name, begin, target);

        public override void Dispose() => _weights.Dispose();
    }

    /// <summary>A GGUF file, whose tensors are restored whole.</summary>
    private sealed class RestoredModel(string path) : ComparedModel
    {
        private readonly Transformer _model = GgufModel.Load(path).Transformer;
        private Dictionary<string, (Parameter Parameter, ParameterSlice Slice)>? _slices;

        public override ModelConfig Config => _model.Config;

        public override IReadOnlyList<(string Name, string? Dtype, IReadOnlyList<long> Shape)> Tensors
            => [.. Slices.Select(pair => (pair.Key, (string?)null, pair.Value.Parameter.ShapeOf(pair.Value.Slice)))];

        private Dictionary<string, (Parameter Parameter, ParameterSlice Slice)> Slices => _slices ??= _model.Parameters.Parameters
            .SelectMany(parameter => parameter.Slices, (parameter, slice) => (parameter, slice)).ToDictionary(pair => pair.slice.Name, pair => pair);

        public override void CopyRowsTo(string name, long begin, Tensor target)
        {
            using var scope = NewDisposeScope();
            var (parameter, slice) = Slices[name];
            target.copy_(parameter.View(slice).narrow(0, begin, target.shape[0]));
        }

        public override void Dispose() => _model.Dispose();
    }
}
