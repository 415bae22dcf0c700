using static TorchSharp.torch;

namespace OlmoSharp.Models;

/// <summary>
/// All parameters of a model in two flat vectors, one that weight decay applies to and one that it does not. The optimizer, gradient
/// clipping, averaging of models and communication between machines are then one operator each instead of one a tensor.
/// </summary>
public sealed class ParameterSet : IDisposable
{
    // 64 bytes of float32: every parameter starts on a cache line.
    private const long Alignment = 16;

    private readonly List<Parameter> _parameters;
    private readonly long[] _offsets;
    private Tensor[]? _gradients;

    internal ParameterSet(List<Parameter> parameters, ScalarType dtype, Device device)
    {
        _parameters = parameters;
        _offsets = new long[parameters.Count];
        Span<long> sizes = [0, 0];
        for (var i = 0; i < parameters.Count; i++)
        {
            ref var size = ref sizes[Group(parameters[i])];
            _offsets[i] = size;
            size += (parameters[i].Count + Alignment - 1) / Alignment * Alignment;
        }

        Vectors = [NewVector(sizes[0], dtype, device), NewVector(sizes[1], dtype, device)];
        for (var i = 0; i < parameters.Count; i++)
        {
            parameters[i].Value = ViewOf(Vectors, i);
        }
    }

    /// <summary>The parameters, in the order of the forward pass.</summary>
    public IReadOnlyList<Parameter> Parameters => _parameters;

    /// <summary>The two vectors: with weight decay, without. Gaps between parameters hold zeros.</summary>
    public IReadOnlyList<Tensor> Vectors { get; }

    /// <summary>Gradients, laid out as <see cref="Vectors"/>.</summary>
    /// <exception cref="InvalidOperationException">Gradients are not enabled.</exception>
    public IReadOnlyList<Tensor> Gradients => _gradients ?? throw new InvalidOperationException("gradients are not enabled");

    /// <summary>Number of elements, without the gaps.</summary>
    public long Count => _parameters.Sum(parameter => parameter.Count);

    /// <summary>Makes every parameter a leaf whose gradient accumulates into <see cref="Gradients"/>.</summary>
    public void EnableGradients()
    {
        if (_gradients is not null)
        {
            return;
        }

        _gradients = NewVectors();
        for (var i = 0; i < _parameters.Count; i++)
        {
            var parameter = _parameters[i];
            parameter.Value.requires_grad_(true);
            using var gradient = ViewOf(_gradients, i);
            parameter.Value.grad = gradient;
        }
    }

    /// <summary>New zeroed vectors laid out as <see cref="Vectors"/>, e.g. an optimizer's moments. The caller owns them.</summary>
    public Tensor[] NewVectors() => [.. Vectors.Select(vector => zeros_like(vector).DetachFromDisposeScope())];

    /// <summary>A parameter's part of vectors laid out as <see cref="Vectors"/>; the caller owns the view.</summary>
    public Tensor ViewOf(IReadOnlyList<Tensor> vectors, int index)
    {
        var parameter = _parameters[index];
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        return vectors[Group(parameter)].narrow(0, _offsets[index], parameter.Count).view([.. parameter.Shape]).detach().DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var parameter in _parameters)
        {
            parameter.Value.Dispose();
        }

        foreach (var vector in Vectors.Concat(_gradients ?? []))
        {
            vector.Dispose();
        }
    }

    private static int Group(Parameter parameter) => parameter.Decays ? 0 : 1;

    private static Tensor NewVector(long size, ScalarType dtype, Device device) => zeros(size, dtype, device).DetachFromDisposeScope();
}
