using static TorchSharp.torch;

namespace OlmoSharp.Models.Layers;

/// <summary>Keys and values of the positions seen so far, one pair of fixed buffers a layer.</summary>
public sealed class KeyValueCache : IDisposable
{
    private readonly ModelConfig _config;
    private readonly Tensor[] _keys;
    private readonly Tensor[] _values;

    internal KeyValueCache(ModelConfig config, int batch, int capacity, ScalarType dtype, Device device)
    {
        _config = config;
        Capacity = capacity;
        _keys = [.. Enumerable.Range(0, config.Layers).Select(_ => NewBuffer())];
        _values = [.. Enumerable.Range(0, config.Layers).Select(_ => NewBuffer())];

        Tensor NewBuffer()
            => zeros([batch, capacity, config.EffectiveKeyValueHeads, config.HeadSize], dtype, device).DetachFromDisposeScope();
    }

    /// <summary>Positions the buffers have room for.</summary>
    public int Capacity { get; }

    /// <summary>Positions filled.</summary>
    public int Length { get; private set; }

    /// <summary>A cache of its own with the same positions.</summary>
    /// <param name="capacity">Positions that it has room for, at least those that are filled.</param>
    public KeyValueCache Copy(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, Length);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var copy = new KeyValueCache(_config, (int)_keys[0].shape[0], capacity, _keys[0].dtype, _keys[0].device) { Length = Length };
        foreach (var (from, to) in _keys.Concat(_values).Zip(copy._keys.Concat(copy._values)))
        {
            to.narrow(1, 0, Length).copy_(from.narrow(1, 0, Length));
        }

        return copy;
    }

    /// <summary>Forgets the positions from <paramref name="length"/> on.</summary>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        Length = length;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in _keys.Concat(_values))
        {
            tensor.Dispose();
        }
    }

    /// <summary>Stores a layer's new keys and values [batch, length, heads, head size] and returns all up to them.</summary>
    internal (Tensor Keys, Tensor Values) Append(int layer, Tensor keys, Tensor values)
    {
        var length = keys.shape[1];
        if (Length + length > Capacity)
        {
            throw new ModelException($"{Length + length} positions do not fit into a cache of {Capacity}");
        }

        _keys[layer].narrow(1, Length, length).copy_(keys);
        _values[layer].narrow(1, Length, length).copy_(values);
        return (_keys[layer].narrow(1, 0, Length + length), _values[layer].narrow(1, 0, Length + length));
    }

    /// <summary>Counts the positions that every layer has stored.</summary>
    internal void Advance(int length) => Length += length;
}
