namespace OlmoSharp.Models.Gguf;

/// <summary>What a whole GGUF file is converted to.</summary>
public sealed class GgufFileType
{
    /// <summary>Every choice. Norm weights stay float32 in all of them, as llama.cpp expects.</summary>
    public static readonly IReadOnlyList<GgufFileType> All =
    [
        new(0, GgufTensorType.F32, GgufTensorType.F32),
        new(1, GgufTensorType.F16, GgufTensorType.F16),
        new(32, GgufTensorType.BF16, GgufTensorType.BF16),
        new(7, GgufTensorType.Q8Zero, GgufTensorType.Q8Zero),
        // The output projection decides between tokens by small differences: 4 bits there cost more than in all other matrices.
        new(2, GgufTensorType.Q4Zero, GgufTensorType.Q8Zero),
    ];

    private GgufFileType(uint id, GgufTensorType matrices, GgufTensorType outputProjection) => (Id, Matrices, OutputProjection) = (id, matrices, outputProjection);

    /// <summary>Value of <c>general.file_type</c>.</summary>
    public uint Id { get; }

    /// <summary>Name, e.g. <c>q4_0</c>.</summary>
    public string Name => Matrices.Name;

    /// <summary>Type of the matrices, the embedding among them.</summary>
    public GgufTensorType Matrices { get; }

    /// <summary>Type of the output projection.</summary>
    public GgufTensorType OutputProjection { get; }

    /// <summary>Looks a name up.</summary>
    /// <exception cref="ModelException">There is none of this name; those that there are are named.</exception>
    public static GgufFileType Parse(string name)
        => All.FirstOrDefault(type => type.Name == name)
            ?? throw new ModelException($"'{name}' is no GGUF type; choose one of {string.Join(", ", All.Select(type => type.Name))}");
}
