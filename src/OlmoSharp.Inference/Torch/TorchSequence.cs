using OlmoSharp.Inference.Engines;
using OlmoSharp.Models.Layers;

namespace OlmoSharp.Inference.Torch;

/// <summary>A sequence of the torch engine: a cache of its own, which grows in steps.</summary>
/// <param name="engine">Its engine.</param>
internal sealed class TorchSequence(TorchEngine engine) : IOwnedSequence
{
    private const int StepPositions = 64;

    private KeyValueCache? _cache;
    private bool _isDisposed;

    /// <inheritdoc/>
    public int Length => _cache?.Length ?? 0;

    /// <inheritdoc/>
    public object Owner => engine;

    /// <inheritdoc/>
    public bool IsDisposed => _isDisposed;

    /// <inheritdoc/>
    public long Batch { get; set; }

    /// <summary>The cache, with room for further tokens.</summary>
    public KeyValueCache CacheFor(int tokens)
    {
        var needed = Length + tokens;
        if (_cache is null || _cache.Capacity < needed)
        {
            // Twice as much, so that a growing sequence is seldom copied.
            var capacity = Math.Min(engine.Config.ContextLength, Math.Max(2 * (_cache?.Capacity ?? 0), (needed + StepPositions - 1) / StepPositions * StepPositions));
            Replace(_cache is null ? engine.NewCache(capacity) : _cache.Copy(capacity));
        }

        return _cache!;
    }

    /// <inheritdoc/>
    public void Truncate(int length)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        engine.UsedPositions -= Length - length;
        _cache?.Truncate(length);
    }

    /// <inheritdoc/>
    public IEngineSequence Fork()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        engine.RequireFree(Length);
        var fork = new TorchSequence(engine) { _cache = _cache?.Copy(_cache.Capacity) };
        engine.UsedPositions += Length;
        return fork;
    }

    /// <inheritdoc/>
    public int PositionsFor(int tokens) => tokens;

    /// <inheritdoc/>
    public int PositionsToFork => Length;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            Truncate(0);
            Replace(null);
            _isDisposed = true;
        }
    }

    private void Replace(KeyValueCache? cache)
    {
        _cache?.Dispose();
        _cache = cache;
    }
}
