using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OlmoSharp.Inference.Native.Kernels;
using OlmoSharp.Models;
using OlmoSharp.Torch.Kernels;
using OlmoSharp.Torch.Operators;
using MatrixProduct = OlmoSharp.Inference.Native.Kernels.MatrixProduct;

namespace OlmoSharp.Inference.Native;

/// <summary>
/// The model's arithmetic on a batch of rows, each a token of some sequence: every weight is read once for all rows. A row's numbers do not depend on what other rows there are.
/// </summary>
internal sealed unsafe class DecoderPass : IDisposable
{
    /// <summary>Most rows; the memory of a pass is in proportion to it.</summary>
    public const int MaximumRows = 512;

    private readonly ModelConfig _config;
    private readonly AttentionShape _shape;
    private readonly bool _isInterleaved;
    private readonly bool _normsOutput;
    private readonly BlockPool _pool;
    private readonly CpuThreads _threads;
    private readonly RotaryTable _rotary;
    private readonly NormKernel _norm;
    private readonly ExpertRouting? _routing;
    private readonly WeightProduct[] _products;
    private readonly WeightMatrix _embedding;
    private readonly WeightMatrix _head;
    private readonly float* _finalNorm;
    private readonly LayerWeights[] _layers;
    private readonly Scratch _productScratch = new();
    private readonly Scratch _memory = new();
    private readonly Scratch _expertMemory = new();

    private readonly PassRow[] _rows = new PassRow[MaximumRows];
    private readonly RowTile[] _tiles = new RowTile[MaximumRows];
    private int _rowCount;
    private int _tileCount;

    // What the threads' parts of the current step read and write.
    private LayerWeights _layer;
    private int _layerNumber;
    private void* _context;
    private delegate*<DecoderPass, int, void> _step;
    private int _stepRows;
    private int _stepParts;
    private float* _stream;
    private float* _normed;
    private float* _query;
    private float* _key;
    private float* _value;
    private float* _attended;
    private float* _gate;
    private float* _up;
    private float* _output;
    private float* _routerLogits;
    private int* _rowsWithLogits;
    private float* _expertOutput;
    private float* _from;
    private float* _to;
    private float* _residual;
    private float* _weight;

    /// <summary>Finds the weights.</summary>
    /// <param name="weights">The model.</param>
    /// <param name="pool">Keys and values.</param>
    /// <param name="threads">The threads.</param>
    public DecoderPass(ModelWeights weights, BlockPool pool, CpuThreads threads)
    {
        (_config, _pool, _threads) = (weights.Config, pool, threads);
        _shape = new(_config.Heads, _config.EffectiveKeyValueHeads, _config.HeadSize);
        _isInterleaved = weights.InterleavedRotary;
        _normsOutput = _config.NormPlacement == NormPlacement.AfterSublayer;
        _rotary = new(_config);
        _norm = new(_config);
        _routing = _config.Experts > 0 ? new(_config.Experts, _config.ExpertsPerToken, _config.RenormaliseExpertWeights) : null;
        _products = new WeightProduct[Math.Max(3, 2 * _config.Experts)];
        _embedding = weights.Matrix("model.embed_tokens.weight");
        _head = _config.TiedEmbeddings ? _embedding : weights.Matrix("lm_head.weight");
        _finalNorm = _config.Norm == NormKind.RmsNorm ? weights.Vector("model.norm.weight") : null;
        _layers = [.. Enumerable.Range(0, _config.Layers).Select(layer => new LayerWeights(weights, layer))];
        _layer = _layers[0];
    }

    /// <summary>Whether another row fits into the pass.</summary>
    public bool IsFull => _rowCount == MaximumRows;

    /// <summary>Adds a token; those of one sequence follow one another.</summary>
    public void Add(PassRow row) => _rows[_rowCount++] = row;

    /// <summary>Computes the rows that were added, stores their keys and values, and forgets them.</summary>
    /// <param name="output">[rows with logits, vocabulary], or [the same rows, hidden size].</param>
    /// <param name="isHidden">Whether the hidden states after the last norm are wanted in place of logits.</param>
    /// <returns>Rows written.</returns>
    public int Run(float* output, bool isHidden)
    {
        if (_rowCount == 0)
        {
            return 0;
        }

        var added = _rowCount;
        var self = GCHandle.Alloc(this);
        try
        {
            _context = (void*)GCHandle.ToIntPtr(self);
            return Compute(output, isHidden);
        }
        finally
        {
            self.Free();
            Array.Clear(_rows, 0, added);
            _rowCount = 0;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _rotary.Dispose();
        _productScratch.Dispose();
        _memory.Dispose();
        _expertMemory.Dispose();
    }

    private int Compute(float* output, bool isHidden)
    {
        Prepare();
        RunRows(_rowCount, &Embed);
        for (_layerNumber = 0; _layerNumber < _layers.Length; _layerNumber++)
        {
            _layer = _layers[_layerNumber];
            Attention();
            if (_rowCount == 0)
            {
                return 0;
            }

            FeedForward();
        }

        NormaliseRows(_stream, _finalNorm, null, isHidden ? output : _normed);
        if (!isHidden)
        {
            MatrixProduct.Multiply(_head, _normed, _rowCount, output, _threads, _productScratch);
        }

        return _rowCount;
    }

    private void Prepare()
    {
        long rows = _rowCount, hidden = _config.HiddenSize;
        var positions = 0;
        foreach (ref readonly var row in _rows.AsSpan(0, _rowCount))
        {
            positions = Math.Max(positions, row.Position + 1);
        }

        _rotary.Require(positions);
        FindTiles();
        var wide = _config.Experts == 0 ? _config.IntermediateSize : 0;
        var elements = rows * (3 * hidden + 2L * _shape.QueryWidth + 2L * _shape.KeyValueWidth + 2L * wide + _config.Experts + 1);
        var memory = (float*)_memory.Take(elements * sizeof(float));
        _stream = Part(hidden);
        _normed = Part(hidden);
        _output = Part(hidden);
        _query = Part(_shape.QueryWidth);
        _attended = Part(_shape.QueryWidth);
        _key = Part(_shape.KeyValueWidth);
        _value = Part(_shape.KeyValueWidth);
        _gate = Part(wide);
        _up = Part(wide);
        _routerLogits = Part(_config.Experts);
        _rowsWithLogits = (int*)Part(1);

        float* Part(long width)
        {
            var part = memory;
            memory += rows * width;
            return part;
        }
    }

    private void FindTiles()
    {
        var most = BlockAttention.RowsAtOnce(_shape.Heads / _shape.KeyValueHeads);
        _tileCount = 0;
        for (var row = 0; row < _rowCount; row++)
        {
            if (_tileCount > 0 && _tiles[_tileCount - 1] is var last && last.Rows < most && _rows[row].Follows(_rows[row - 1]))
            {
                _tiles[_tileCount - 1] = last with { Rows = last.Rows + 1 };
            }
            else
            {
                _tiles[_tileCount++] = new(row, 1);
            }
        }
    }

    /// <summary>Attention of one layer. In the last, only rows with logits go on once all keys and values are stored.</summary>
    private void Attention()
    {
        var input = NormedInput(_layer.AttentionNorm);
        var isLast = _layerNumber == _layers.Length - 1;
        var count = isLast ? FindRowsWithLogits() : _rowCount;
        _products[0] = isLast ? new(_layer.Query, _query, _rowsWithLogits, count) : new(_layer.Query, _query, count);
        _products[1] = new(_layer.Key, _key, _rowCount);
        _products[2] = new(_layer.Value, _value, _rowCount);
        MatrixProduct.Multiply(_products.AsSpan(0, 3), input, _rowCount, _threads, _productScratch);
        RunRows(_rowCount, &StoreKeys);
        if (isLast)
        {
            KeepRowsWithLogits(count);
        }

        if (_rowCount == 0)
        {
            return;
        }

        RunRows(_rowCount, &FinishQueries);
        _threads.Run(_tileCount * _shape.KeyValueHeads, &Attend, _context);
        MatrixProduct.Multiply(_layer.Output, _attended, _rowCount, _output, _threads, _productScratch);
        AddOutput(_layer.AttentionNorm);
    }

    private int FindRowsWithLogits()
    {
        var count = 0;
        for (var row = 0; row < _rowCount; row++)
        {
            if (_rows[row].HasLogits)
            {
                _rowsWithLogits[count++] = row;
            }
        }

        return count;
    }

    /// <summary>Moves the rows with logits to the front; the others are done with.</summary>
    private void KeepRowsWithLogits(int count)
    {
        for (var i = 0; i < count && count < _rowCount; i++)
        {
            var row = _rowsWithLogits[i];
            _rows[i] = _rows[row];
            new ReadOnlySpan<float>(Row(_stream, row, _config.HiddenSize), _config.HiddenSize).CopyTo(new(Row(_stream, i, _config.HiddenSize), _config.HiddenSize));
        }

        _rowCount = count;
        FindTiles();
    }

    private void FeedForward()
    {
        var input = NormedInput(_layer.FeedForwardNorm);
        if (_routing is null)
        {
            _products[0] = new(_layer.Gate, _gate, _rowCount);
            _products[1] = new(_layer.Up, _up, _rowCount);
            MatrixProduct.Multiply(_products.AsSpan(0, 2), input, _rowCount, _threads, _productScratch);
            RunRows(_rowCount, &Activate);
            MatrixProduct.Multiply(_layer.Down, _gate, _rowCount, _output, _threads, _productScratch);
        }
        else
        {
            Experts(_routing, input);
        }

        AddOutput(_layer.FeedForwardNorm);
    }

    private void Experts(ExpertRouting routing, float* input)
    {
        MatrixProduct.Multiply(_layer.Router, input, _rowCount, _routerLogits, _threads, _productScratch);
        routing.Require(_rowCount);
        RunRows(_rowCount, &ChooseExperts);
        routing.Sort(_rowCount);
        long pairs = (long)_rowCount * _config.ExpertsPerToken, width = _config.IntermediateSize;
        var memory = (float*)_expertMemory.Take(pairs * (2 * width + _config.HiddenSize + 1) * sizeof(float));
        _gate = memory;
        _up = memory + pairs * width;
        _expertOutput = memory + 2 * pairs * width;
        var inputs = (int*)(_expertOutput + pairs * _config.HiddenSize);
        routing.WriteRows(inputs, _rowCount);

        var count = 0;
        for (var expert = 0; expert < _config.Experts; expert++)
        {
            if (routing.Rows(expert) is var (first, rows) && rows > 0)
            {
                _products[count++] = new(_layer.ExpertGates[expert], _gate + first * width, inputs + first, rows);
                _products[count++] = new(_layer.ExpertUps[expert], _up + first * width, inputs + first, rows);
            }
        }

        MatrixProduct.Multiply(_products.AsSpan(0, count), input, _rowCount, _threads, _productScratch);
        RunRows((int)pairs, &Activate);
        count = 0;
        for (var expert = 0; expert < _config.Experts; expert++)
        {
            if (routing.Rows(expert) is var (first, rows) && rows > 0)
            {
                _products[count++] = new(_layer.ExpertDowns[expert], _expertOutput + (long)first * _config.HiddenSize, rows, first);
            }
        }

        MatrixProduct.Multiply(_products.AsSpan(0, count), _gate, (int)pairs, _threads, _productScratch);
        RunRows(_rowCount, &Combine);
    }

    /// <summary>What a sublayer reads: the stream itself, or its norm.</summary>
    private float* NormedInput(float* weight)
    {
        if (_normsOutput)
        {
            return _stream;
        }

        NormaliseRows(_stream, weight, null, _normed);
        return _normed;
    }

    /// <summary>Adds what a sublayer gives to the stream, or its norm.</summary>
    private void AddOutput(float* weight)
    {
        if (_normsOutput)
        {
            NormaliseRows(_output, weight, _stream, _stream);
        }
        else
        {
            RunRows(_rowCount, &AddToStream);
        }
    }

    private void NormaliseRows(float* from, float* weight, float* residual, float* to)
    {
        _from = from;
        _weight = weight;
        _residual = residual;
        _to = to;
        RunRows(_rowCount, &Normalise);
    }

    /// <summary>Runs a step on all rows, in as many runs of rows as there are threads.</summary>
    private void RunRows(int rows, delegate*<DecoderPass, int, void> step)
    {
        _step = step;
        _stepRows = rows;
        _stepParts = Math.Min(rows, _threads.Count);
        _threads.Run(_stepParts, &RunStep, _context);
    }

    private static DecoderPass Self(void* context) => (DecoderPass)GCHandle.FromIntPtr((IntPtr)context).Target!;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunStep(void* context, int part, int worker)
    {
        var pass = Self(context);
        var end = (int)((long)pass._stepRows * (part + 1) / pass._stepParts);
        for (var row = (int)((long)pass._stepRows * part / pass._stepParts); row < end; row++)
        {
            pass._step(pass, row);
        }
    }

    private static void Embed(DecoderPass pass, int row)
        => pass._embedding.Type.DecodeRow(
            new(pass._embedding.Row(pass._rows[row].Token), (int)pass._embedding.RowBytes), new(Row(pass._stream, row, pass._config.HiddenSize), pass._config.HiddenSize));

    private static void Normalise(DecoderPass pass, int row)
    {
        var hidden = pass._config.HiddenSize;
        pass._norm.Apply(Row(pass._from, row, hidden), pass._weight, pass._residual == null ? null : Row(pass._residual, row, hidden), Row(pass._to, row, hidden));
    }

    private static void AddToStream(DecoderPass pass, int row)
    {
        var hidden = pass._config.HiddenSize;
        RowKernel.Add(Row(pass._stream, row, hidden), Row(pass._output, row, hidden), hidden);
    }

    /// <summary>QK-norm, clipping and rotary embedding of a row's keys, which go into their block with the values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void StoreKeys(DecoderPass pass, int row)
    {
        var shape = pass._shape;
        var key = Row(pass._key, row, shape.KeyValueWidth);
        var value = Row(pass._value, row, shape.KeyValueWidth);
        if (pass._config.ClipQkv is { } limit)
        {
            RowKernel.Clip(value, (float)limit, shape.KeyValueWidth);
        }

        var position = pass._rows[row].Position;
        pass.Finish(key, pass._layer.KeyNorm, shape.KeyValueHeads, position);
        var (index, slot) = Math.DivRem(position, BlockPool.BlockPositions);
        var block = pass._rows[row].Sequence.Blocks[index];
        for (var head = 0; head < shape.KeyValueHeads; head++)
        {
            var offset = head * shape.HeadSize;
            pass._pool.Store(block, slot, pass._layerNumber, head, new(key + offset, shape.HeadSize), new(value + offset, shape.HeadSize));
        }
    }

    private static void FinishQueries(DecoderPass pass, int row)
        => pass.Finish(Row(pass._query, row, pass._shape.QueryWidth), pass._layer.QueryNorm, pass._shape.Heads, pass._rows[row].Position);

    /// <summary>QK-norm, clipping and rotary embedding of a row of queries or keys.</summary>
    private void Finish(float* row, float* norm, int heads, int position)
    {
        var width = heads * _shape.HeadSize;
        if (_config.QkNorm)
        {
            _norm.RmsNorm(row, norm, null, row, width);
        }

        if (_config.ClipQkv is { } limit)
        {
            RowKernel.Clip(row, (float)limit, width);
        }

        for (var head = 0; head < heads; head++)
        {
            RowKernel.Rotate(row + head * _shape.HeadSize, _rotary.Row(position), _rotary.Pairs, _isInterleaved);
        }
    }

    private static void Attend(void* context, int part, int worker)
    {
        var pass = Self(context);
        // Later rows see more, so they come first: the threads end together.
        var (tileNumber, head) = Math.DivRem(part, pass._shape.KeyValueHeads);
        var tile = pass._tiles[pass._tileCount - 1 - tileNumber];
        ref readonly var first = ref pass._rows[tile.FirstRow];
        var blocks = first.Sequence.Blocks;
        var query = Row(pass._query, tile.FirstRow, pass._shape.QueryWidth);
        var output = Row(pass._attended, tile.FirstRow, pass._shape.QueryWidth);
        if (pass._pool.IsHalf)
        {
            BlockAttention.Run<HalfElement>(pass._shape, pass._pool, blocks, pass._layerNumber, head, query, output, first.Position, tile.Rows);
        }
        else
        {
            BlockAttention.Run<SingleElement>(pass._shape, pass._pool, blocks, pass._layerNumber, head, query, output, first.Position, tile.Rows);
        }
    }

    private static void ChooseExperts(DecoderPass pass, int row)
        => pass._routing!.Choose(row, new(Row(pass._routerLogits, row, pass._config.Experts), pass._config.Experts));

    private static void Activate(DecoderPass pass, int row)
    {
        var width = pass._config.IntermediateSize;
        var gate = Row(pass._gate, row, width);
        SwiGluKernel.Forward(gate, Row(pass._up, row, width), gate, width);
    }

    /// <summary>The weighted sum of a row's experts, in the order of their weights.</summary>
    private static void Combine(DecoderPass pass, int row)
    {
        var hidden = pass._config.HiddenSize;
        var output = Row(pass._output, row, hidden);
        new Span<float>(output, hidden).Clear();
        for (var choice = 0; choice < pass._config.ExpertsPerToken; choice++)
        {
            RowKernel.AddScaled(output, Row(pass._expertOutput, pass._routing!.Place(row, choice), hidden), pass._routing.Weight(row, choice), hidden);
        }
    }

    private static float* Row(float* matrix, long row, int width) => matrix + row * width;

    /// <summary>Rows of one sequence that attention takes together.</summary>
    private readonly record struct RowTile(int FirstRow, int Rows);
}
