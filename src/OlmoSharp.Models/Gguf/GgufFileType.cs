namespace OlmoSharp.Models.Gguf;

/// <summary>What a whole GGUF file is converted to.</summary>
public sealed class GgufFileType
{
    /// <summary>Every choice. Norm weights and routers stay float32 in all of them, as llama.cpp expects.</summary>
    public static readonly IReadOnlyList<GgufFileType> All =
    [
        new(0, "f32", GgufTensorType.F32),
        new(1, "f16", GgufTensorType.F16),
        new(32, "bf16", GgufTensorType.BF16),
        new(7, "q8_0", GgufTensorType.Q8Zero),
        // The output projection decides between tokens by small differences: 4 bits there cost more than in all other matrices.
        new(2, "q4_0", GgufTensorType.Q4Zero) { OutputProjection = GgufTensorType.Q8Zero },
        new(15, "q4_k_m", GgufTensorType.Q4K) { OutputProjection = GgufTensorType.Q6K, SensitiveMatrices = GgufTensorType.Q6K },
    ];

    private GgufFileType(uint id, string name, GgufTensorType matrices)
        => (Id, Name, Matrices, OutputProjection, SensitiveMatrices) = (id, name, matrices, matrices, matrices);

    /// <summary>Value of <c>general.file_type</c>.</summary>
    public uint Id { get; }

    /// <summary>Name, e.g. <c>q4_k_m</c>.</summary>
    public string Name { get; }

    /// <summary>Type of the matrices, the embedding among them.</summary>
    public GgufTensorType Matrices { get; }

    /// <summary>Type of the output projection, be it the embedding too or not.</summary>
    public GgufTensorType OutputProjection { get; private init; }

    /// <summary>Type of the value projections and the last feed-forward matrices of the layers that matter most.</summary>
    public GgufTensorType SensitiveMatrices { get; private init; }

    /// <summary>Looks a name up.</summary>
    /// <exception cref="ModelException">There is none of this name; those that there are are named.</exception>
    public static GgufFileType Parse(string name)
        => All.FirstOrDefault(type => type.Name == name)
            ?? throw new ModelException($"'{name}' is no GGUF type; choose one of {string.Join(", ", All.Select(type => type.Name))}");

    /// <summary>The type of one tensor of a model.</summary>
    internal GgufTensorType TypeOf(GgufTensorLayout tensor, ModelConfig config)
    {
        var type = tensor.Role switch
        {
            GgufTensorRole.Exact => GgufTensorType.F32,
            GgufTensorRole.Output => OutputProjection,
            GgufTensorRole.Embedding when config.TiedEmbeddings => OutputProjection,
            GgufTensorRole.Sensitive when MattersMost(tensor.Layer, config.Layers) => SensitiveMatrices,
            _ => Matrices,
        };
        // As in llama.cpp, so that models of any width can be stored.
        return tensor.Shape[^1] % type.BlockElements == 0 ? type
            : type == GgufTensorType.Q4K ? GgufTensorType.Q5Zero
            : type == GgufTensorType.Q6K ? GgufTensorType.Q8Zero
            : type;
    }

    // llama.cpp's choice: the first and the last eighth, and every third layer between.
    private static bool MattersMost(int layer, int layers)
        => layer < layers / 8 || layer >= 7 * layers / 8 || (layer - layers / 8) % 3 == 2;
}
