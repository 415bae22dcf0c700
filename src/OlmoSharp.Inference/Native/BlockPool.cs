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
    private readonly long _headElements;
    private readonly long _layerElements;
    private readonly long _blockElements;
    private float* _memory;

    /// <summary>Reserves address space; the machine gives memory as blocks are first used.</summary>
    /// <param name="config">The model.</param>
    /// <param name="blocks">How many.</param>
    public BlockPool(ModelConfig config, int blocks)
    {
        _headElements = 2L * BlockPositions * config.HeadSize;
        _layerElements = _headElements * config.EffectiveKeyValueHeads;
        _blockElements = _layerElements * config.Layers;
        _references = new int[blocks];
        _free = [.. Enumerable.Range(0, blocks).Reverse()];
        FreeBlocks = blocks;
        _memory = (float*)NativeMemory.Alloc((nuint)blocks, (nuint)(_blockElements * sizeof(float)));
    }

    /// <summary>Blocks in all.</summary>
    public int Blocks => _references.Length;

    /// <summary>Blocks that no sequence holds.</summary>
    public int FreeBlocks { get; private set; }

    /// <summary>Bytes a block.</summary>
    public static long BlockBytes(ModelConfig config)
        => 2L * BlockPositions * config.HeadSize * sizeof(float) * config.EffectiveKeyValueHeads * config.Layers;

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
        var bytes = _blockElements * sizeof(float);
        Buffer.MemoryCopy(_memory + block * _blockElements, _memory + copy * _blockElements, bytes, bytes);
        Release(block);
        return copy;
    }

    /// <summary>The keys of a block, [head size, position].</summary>
    public float* Keys(int block, int layer, int head) => _memory + block * _blockElements + layer * _layerElements + head * _headElements;

    /// <summary>The values of a block, [position, head size].</summary>
    public float* Values(int block, int layer, int head) => Keys(block, layer, head) + _headElements / 2;

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(_memory);
        _memory = null;
    }
}
