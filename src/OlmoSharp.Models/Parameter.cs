using static TorchSharp.torch;

namespace OlmoSharp.Models;

/// <summary>Rows of a parameter that are a tensor of their own in a Hugging Face checkpoint.</summary>
/// <param name="Name">Name there, e.g. <c>model.layers.0.self_attn.q_proj.weight</c>.</param>
/// <param name="Begin">First row.</param>
/// <param name="Rows">Number of rows.</param>
public readonly record struct ParameterSlice(string Name, long Begin, long Rows);

/// <summary>
/// One trained tensor. Projections of the same input are one parameter (query, key and value; gate and up), so that each is one matrix
/// product; its <see cref="Slices"/> say which rows Hugging Face keeps apart.
/// </summary>
public sealed class Parameter
{
    internal Parameter(string name, long[] shape, bool decays, bool initialisedToOne, params IReadOnlyList<ParameterSlice> slices)
    {
        Name = name;
        Shape = shape;
        Decays = decays;
        InitialisedToOne = initialisedToOne;
        Slices = slices.Count > 0 ? slices : [new(name, 0, shape[0])];
    }

    /// <summary>Name in this program; the Hugging Face name where there is only one slice.</summary>
    public string Name { get; }

    /// <summary>Shape, in elements.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Whether weight decay applies (OLMo 2: to all but the input embedding).</summary>
    public bool Decays { get; }

    /// <summary>The parts under their Hugging Face names, in row order.</summary>
    public IReadOnlyList<ParameterSlice> Slices { get; }

    /// <summary>
    /// The whole as one tensor [experts, rows an expert, columns], as newer versions of transformers store the experts of a layer; its elements
    /// are in the order of <see cref="Value"/>'s. Null for all other parameters.
    /// </summary>
    public (string Name, IReadOnlyList<long> Shape)? Stacked { get; internal init; }

    /// <summary>Number of elements.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>The tensor, a view of its <see cref="ParameterSet"/>'s memory, which owns it.</summary>
    public Tensor Value { get; internal set; } = null!;

    /// <summary>The tensor in float32, for norms, which compute in it whatever the weights are kept in; itself where it is float32.</summary>
    internal Tensor Wide => Value.to_type(ScalarType.Float32);

    /// <summary>Norm weights start at one, matrices at random.</summary>
    internal bool InitialisedToOne { get; }

    /// <summary>A slice's shape, in elements.</summary>
    public IReadOnlyList<long> ShapeOf(ParameterSlice slice) => [slice.Rows, .. Shape.Skip(1)];

    /// <summary>A slice's tensor, a view; the current scope owns the handle.</summary>
    public Tensor View(ParameterSlice slice)
    {
        using var _ = no_grad();
        return Value.narrow(0, slice.Begin, slice.Rows);
    }
}
