using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OlmoSharp.Models;

namespace OlmoSharp.Inference.Native;

/// <summary>
/// The keys and values of all sequences of an engine, in blocks of <see cref="BlockPositions"/> consecutive positions (paged attention: Kwon et al. 2023).
/// A block holds all layers. Sequences that begin alike share blocks, which are counted.
/// </summary>
/// <remarks>
/// In a block, for each layer and each key-value head: the keys as [head size, position], so that one query meets all positions of a block at once, and then the values as
/// [position, head size].
/// </remarks>
internal sealed unsafe class BlockPool : IDisposable
{
    /// <summary>Positions a block.</summary>
    public const int BlockPositions = 32;

    private readonly int[] _references;
    private readonly int[] _free;
    private readonly long _headBytes;
    private readonly long _layerBytes;
    private readonly long _blockBytes;
    private byte* _memory;

    /// <summary>Reserves address space; the machine gives memory as blocks are first used.</summary>
    /// <param name="config">The model.</param>
    /// <param name="blocks">How many.</param>
    /// <param name="isHalf">Whether elements are half precision, not float32.</param>
    public BlockPool(ModelConfig config, int blocks, bool isHalf)
    {
        IsHalf = isHalf;
        _headBytes = 2L * BlockPositions * config.HeadSize * ElementBytes(isHalf);
        _layerBytes = _headBytes * config.EffectiveKeyValueHeads;
        _blockBytes = _layerBytes * config.Layers;
        _references = new int[blocks];
        _free = [.. Enumerable.Range(0, blocks).Reverse()];
        FreeBlocks = blocks;
        _memory = (byte*)NativeMemory.Alloc((nuint)blocks, (nuint)_blockBytes);
    }

    /// <summary>Blocks in all.</summary>
    public int Blocks => _references.Length;

    /// <summary>Blocks that no sequence holds.</summary>
    public int FreeBlocks { get; private set; }

    /// <summary>Whether elements are half precision, not float32.</summary>
    public bool IsHalf { get; }

    /// <summary>Bytes a block.</summary>
    public static long BlockBytes(ModelConfig config, bool isHalf)
        => 2L * BlockPositions * config.HeadSize * ElementBytes(isHalf) * config.EffectiveKeyValueHeads * config.Layers;

    /// <summary>Takes a free block; there must be one.</summary>
    public int Take()
    {
        var block = _free[--FreeBlocks];
        _references[block] = 1;
        return block;
    }

    /// <summary>Counts another holder of a block.</summary>
    public void Share(int block) => _references[block]++;

    /// <summary>Counts one holder less; a block without any is free.</summary>
    public void Release(int block)
    {
        if (--_references[block] == 0)
        {
            _free[FreeBlocks++] = block;
        }
    }

    /// <summary>How many sequences hold a block.</summary>
    public int Holders(int block) => _references[block];

    /// <summary>A block of one's own with the same content, in place of a shared one.</summary>
    public int Copy(int block)
    {
        var copy = Take();
        Buffer.MemoryCopy(_memory + block * _blockBytes, _memory + copy * _blockBytes, _blockBytes, _blockBytes);
        Release(block);
        return copy;
    }

    /// <summary>The keys of a block, [head size, position].</summary>
    public byte* Keys(int block, int layer, int head) => _memory + block * _blockBytes + layer * _layerBytes + head * _headBytes;

    /// <summary>The values of a block, [position, head size].</summary>
    public byte* Values(int block, int layer, int head) => Keys(block, layer, head) + _headBytes / 2;

    /// <summary>Stores the key and the value of a head at a position.</summary>
    /// <param name="block">The position's block.</param>
    /// <param name="slot">The position in it.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="head">The key-value head.</param>
    /// <param name="key">[head size].</param>
    /// <param name="value">[head size].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Store(int block, int slot, int layer, int head, ReadOnlySpan<float> key, ReadOnlySpan<float> value)
    {
        var size = key.Length;
        var keys = Keys(block, layer, head);
        var values = Values(block, layer, head);
        if (!IsHalf)
        {
            for (var i = 0; i < size; i++)
            {
                ((float*)keys)[i * BlockPositions + slot] = key[i];
            }

            value.CopyTo(new((float*)values + slot * size, size));
            return;
        }

        for (var i = 0; i < size; i++)
        {
            ((Half*)keys)[i * BlockPositions + slot] = ToHalf(key[i]);
            ((Half*)values)[slot * size + i] = ToHalf(value[i]);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(_memory);
        _memory = null;
    }

    // What half precision cannot hold becomes the largest that it can: an infinity would make the whole sequence not a number.
    private static Half ToHalf(float value) => (Half)Math.Clamp(value, (float)Half.MinValue, (float)Half.MaxValue);

    private static int ElementBytes(bool isHalf) => isHalf ? sizeof(ushort) : sizeof(float);
}
