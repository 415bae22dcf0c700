using OlmoSharp.Inference.Engines;
using OlmoSharp.Inference.Native.Kernels;
using OlmoSharp.Models;

namespace OlmoSharp.Inference.Native;

/// <summary>
/// Runs a model on the CPU with memory-mapped weights of any type that safetensors and GGUF files have them in, in float32 arithmetic, on threads of its own. Keys and values are
/// paged: sequences take blocks of positions as they grow and share those of a common beginning. A sequence's logits do not depend on what other sequences are in a batch.
/// </summary>
public sealed unsafe class NativeEngine : IInferenceEngine
{
    private const int DefaultContexts = 4;

    private readonly ModelWeights _weights;
    private readonly BlockPool _pool;
    private readonly CpuThreads _threads;
    private readonly DecoderPass _pass;
    private readonly int[] _claims;
    private readonly InputCheck _check;
    private bool _isDisposed;

    private NativeEngine(ModelWeights weights, NativeEngineOptions options)
    {
        _weights = weights;
        var blocks = BlocksFor(weights, options);
        _pool = new(weights.Config, blocks, options.HalfPrecisionCache);
        _claims = new int[blocks];
        _check = new(weights.Config, _pool);
        _threads = new(options.Threads);
        _pass = new(weights, _pool, _threads);
    }

    /// <inheritdoc/>
    public ModelConfig Config => _weights.Config;

    /// <inheritdoc/>
    public int Positions => _pool.Blocks * BlockPool.BlockPositions;

    /// <inheritdoc/>
    public int FreePositions => _pool.FreeBlocks * BlockPool.BlockPositions;

    /// <summary>Maps a model; weights are read from the file as they are first needed.</summary>
    /// <param name="path">A Hugging Face model folder, a checkpoint, which is one, or a <c>.gguf</c> file. It must not change while the engine lives.</param>
    /// <param name="options">How much of the machine to take; null: all.</param>
    /// <exception cref="ModelException">The path holds no sound model.</exception>
    /// <exception cref="InferenceException">The model does not fit into memory, or has weights of a type that the engine does not compute with.</exception>
    public static NativeEngine Load(string path, NativeEngineOptions? options = null)
    {
        options ??= new();
        ArgumentOutOfRangeException.ThrowIfNegative(options.Threads);
        var weights = ModelWeights.Open(path);
        try
        {
            return new(weights, options);
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IEngineSequence NewSequence()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return new NativeSequence(_pool);
    }

    /// <inheritdoc/>
    public void Forward(IReadOnlyList<EngineInput> inputs, Span<float> logits) => Run(inputs, logits, Config.VocabularySize, isHidden: false);

    /// <inheritdoc/>
    public void ForwardHidden(IReadOnlyList<EngineInput> inputs, Span<float> hidden) => Run(inputs, hidden, Config.HiddenSize, isHidden: true);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _threads.Dispose();
            _pass.Dispose();
            _pool.Dispose();
            _weights.Dispose();
        }
    }

    private void Run(IReadOnlyList<EngineInput> inputs, Span<float> output, int width, bool isHidden)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _check.Run(inputs, output.Length, width);
        RequireBlocks(inputs);
        for (var i = 0; i < inputs.Count; i++)
        {
            Sequence(inputs[i]).Extend(inputs[i].Tokens.Length);
        }

        try
        {
            fixed (float* first = output)
            {
                Compute(inputs, first, width, isHidden);
            }
        }
        catch
        {
            // Nothing has changed then.
            for (var i = 0; i < inputs.Count; i++)
            {
                inputs[i].Sequence.Truncate(inputs[i].Sequence.Length - inputs[i].Tokens.Length);
            }

            throw;
        }
    }

    private static NativeSequence Sequence(in EngineInput input) => (NativeSequence)input.Sequence;

    private void Compute(IReadOnlyList<EngineInput> inputs, float* output, int width, bool isHidden)
    {
        for (var i = 0; i < inputs.Count; i++)
        {
            var input = inputs[i];
            var sequence = Sequence(input);
            var tokens = input.Tokens.Span;
            for (var token = 0; token < tokens.Length; token++)
            {
                _pass.Add(new(sequence, tokens[token], sequence.Length - tokens.Length + token, token >= tokens.Length - input.LogitRows));
                if (_pass.IsFull)
                {
                    output += (long)_pass.Run(output, isHidden) * width;
                }
            }
        }

        _pass.Run(output, isHidden);
    }

    /// <summary>Counts the blocks that the inputs take: for new positions, and for copies of shared blocks that are written to.</summary>
    private void RequireBlocks(IReadOnlyList<EngineInput> inputs)
    {
        var needed = 0L;
        for (var i = 0; i < inputs.Count; i++)
        {
            var sequence = Sequence(inputs[i]);
            needed += sequence.BlocksFor(inputs[i].Tokens.Length);
            // The last holder of a block writes into it; each other one takes a copy.
            if (sequence.PartialBlock is var partial and >= 0 && _pool.Holders(partial) - _claims[partial] > 1)
            {
                _claims[partial]++;
                needed++;
            }
        }

        for (var i = 0; i < inputs.Count; i++)
        {
            if (Sequence(inputs[i]).PartialBlock is var partial and >= 0)
            {
                _claims[partial] = 0;
            }
        }

        if (needed > _pool.FreeBlocks)
        {
            throw new InferenceException(
                $"the tokens need {needed * BlockPool.BlockPositions} more cached positions, but {FreePositions} of {Positions} are free; free sequences or give the engine more positions");
        }
    }

    private static int BlocksFor(ModelWeights weights, NativeEngineOptions options)
    {
        var memory = options.MemoryBytes ?? AvailableMemory.Bytes;
        var blockBytes = BlockPool.BlockBytes(weights.Config, options.HalfPrecisionCache);
        var room = (memory - weights.Bytes) / blockBytes;
        if (memory < weights.Bytes || room < 1)
        {
            throw new InferenceException(
                $"{weights.Path}: needs {weights.Bytes / AvailableMemory.BytesAGibibyte:F2} GiB for weights and {blockBytes / AvailableMemory.BytesAGibibyte:F3} GiB for every {BlockPool.BlockPositions} positions, "
                + $"but {memory / AvailableMemory.BytesAGibibyte:F2} GiB of memory is available; take a smaller model or one of fewer bits a weight, or free memory");
        }

        if (options.Positions is not { } positions)
        {
            // Memory that the default leaves to others; one block at least.
            var most = Math.Min((room + 1) / 2, int.MaxValue / BlockPool.BlockPositions);
            return (int)Math.Min((long)BlocksOf(weights.Config.ContextLength) * DefaultContexts, most);
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(positions, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(positions, int.MaxValue - BlockPool.BlockPositions);
        return BlocksOf(positions) <= room
            ? BlocksOf(positions)
            : throw new InferenceException(
                $"{weights.Path}: {positions} cached positions need {BlocksOf(positions) * blockBytes / AvailableMemory.BytesAGibibyte:F2} GiB beside {weights.Bytes / AvailableMemory.BytesAGibibyte:F2} GiB of weights, "
                + $"but {memory / AvailableMemory.BytesAGibibyte:F2} GiB of memory is available; ask for at most {room * BlockPool.BlockPositions} positions");
    }

    private static int BlocksOf(int positions) => (int)(((long)positions + BlockPool.BlockPositions - 1) / BlockPool.BlockPositions);
}
