using OlmoSharp.Inference.Engines;

namespace OlmoSharp.Inference.Native;

/// <summary>A sequence of the native engine: the blocks that hold its positions, in order.</summary>
/// <param name="pool">The blocks of the engine.</param>
internal sealed class NativeSequence(BlockPool pool) : IOwnedSequence
{
    private int[] _blocks = new int[4];
    private int _count;
    private bool _isDisposed;

    /// <inheritdoc/>
    public int Length { get; private set; }

    /// <inheritdoc/>
    public object Owner => pool;

    /// <inheritdoc/>
    public bool IsDisposed => _isDisposed;

    /// <inheritdoc/>
    public long Batch { get; set; }

    /// <summary>The blocks.</summary>
    public ReadOnlySpan<int> Blocks => _blocks.AsSpan(0, _count);

    /// <summary>The last block where it has room left; −1 where it is full or there is none.</summary>
    public int PartialBlock => Length % BlockPool.BlockPositions == 0 ? -1 : _blocks[_count - 1];

    /// <summary>Blocks that further tokens need, apart from the copy of a shared one.</summary>
    public int BlocksFor(int tokens) => BlocksOf(Length + tokens) - _count;

    /// <summary>Makes room for further tokens, in blocks that no other sequence holds. The pool must have enough of them.</summary>
    public void Extend(int tokens)
    {
        if (PartialBlock is var partial and >= 0 && pool.Holders(partial) > 1)
        {
            _blocks[_count - 1] = pool.Copy(partial);
        }

        var needed = BlocksOf(Length + tokens);
        if (needed > _blocks.Length)
        {
            Array.Resize(ref _blocks, Math.Max(needed, 2 * _blocks.Length));
        }

        while (_count < needed)
        {
            _blocks[_count++] = pool.Take();
        }

        Length += tokens;
    }

    /// <inheritdoc/>
    public void Truncate(int length)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        for (var needed = BlocksOf(length); _count > needed;)
        {
            pool.Release(_blocks[--_count]);
        }

        Length = length;
    }

    /// <inheritdoc/>
    public IEngineSequence Fork()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var fork = new NativeSequence(pool) { Length = Length, _blocks = [.. _blocks], _count = _count };
        foreach (var block in Blocks)
        {
            pool.Share(block);
        }

        return fork;
    }

    /// <inheritdoc/>
    public int PositionsFor(int tokens)
        => BlockPool.BlockPositions * (BlocksFor(tokens) + (tokens > 0 && PartialBlock is var partial and >= 0 && pool.Holders(partial) > 1 ? 1 : 0));

    /// <inheritdoc/>
    public int PositionsToFork => 0;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            Truncate(0);
            _isDisposed = true;
        }
    }

    private static int BlocksOf(int positions) => (positions + BlockPool.BlockPositions - 1) / BlockPool.BlockPositions;
}
