using OlmoSharp.Inference.Engines;

namespace OlmoSharp.Inference.Scheduling;

/// <summary>Embeds texts: as many at once as its share of positions and a pass have room for, long ones in several passes.</summary>
internal sealed class EmbeddingJob : ResultJob<float[]>
{
    private readonly IInferenceEngine _engine;
    private readonly int[][] _texts;
    private readonly EmbeddingPooling _pooling;
    private readonly float[][] _results;
    private readonly List<Open> _open = [];
    private readonly List<EngineInput> _inputs = [];
    private readonly int[] _positions;
    private float[] _hidden = [];
    private int _next;
    private int _held;

    /// <summary>Embeds texts.</summary>
    /// <param name="arrival">The request's number.</param>
    /// <param name="engine">Runs the model.</param>
    /// <param name="texts">Ids, at least one each.</param>
    /// <param name="positions">Free positions that a text of so many tokens takes.</param>
    /// <param name="pooling">How one vector is made of a text's.</param>
    /// <param name="cancellation">The caller's.</param>
    public EmbeddingJob(long arrival, IInferenceEngine engine, int[][] texts, Func<int, int> positions, EmbeddingPooling pooling, CancellationToken cancellation)
        : base(arrival, cancellation)
    {
        (_engine, _texts, _pooling) = (engine, texts, pooling);
        _positions = Array.ConvertAll(texts, text => positions(text.Length));
        _results = new float[texts.Length][];
    }

    /// <inheritdoc/>
    public override int LeastPositions => _positions.Max();

    /// <inheritdoc/>
    public override int UsefulPositions => (int)Math.Min(int.MaxValue, _positions.Sum(positions => (long)positions));

    /// <inheritdoc/>
    public override int Step(int tokens)
    {
        var width = _engine.Config.HiddenSize;
        _inputs.Clear();
        var left = tokens;
        for (var i = 0; left > 0 && (i < _open.Count || TryOpen()); i++)
        {
            var open = _open[i];
            var count = Math.Min(left, open.Left);
            left -= count;
            var rows = _pooling == EmbeddingPooling.Mean ? count : count == open.Left ? 1 : 0;
            _inputs.Add(new(open.Sequence, open.Text.AsMemory(open.Sequence.Length, count)) { LogitRows = rows });
        }

        if (_inputs.Count == 0)
        {
            return 0;
        }

        var size = _inputs.Sum(input => input.LogitRows) * width;
        if (_hidden.Length < size)
        {
            _hidden = new float[size];
        }

        _engine.ForwardHidden(_inputs, _hidden.AsSpan(0, size));
        var row = 0;
        for (var i = 0; i < _inputs.Count; i++)
        {
            for (var end = row + _inputs[i].LogitRows; row < end; row++)
            {
                _open[i].Add(_hidden.AsSpan(row * width, width));
            }
        }

        CloseDone();
        return tokens - left;
    }

    /// <inheritdoc/>
    public override void Stop()
    {
        _open.ForEach(open => open.Sequence.Dispose());
        _open.Clear();
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<float[]> Collect() => _results;

    private bool TryOpen()
    {
        if (_next == _texts.Length || _held + _positions[_next] > Reserved)
        {
            return false;
        }

        _held += _positions[_next];
        _open.Add(new(_engine.NewSequence(), _texts[_next], _next++, _engine.Config.HiddenSize));
        return true;
    }

    private void CloseDone()
    {
        for (var i = _open.Count - 1; i >= 0; i--)
        {
            if (_open[i] is { Left: 0 } done)
            {
                done.Sequence.Dispose();
                _held -= _positions[done.Number];
                _results[done.Number] = done.Normalised();
                _open.RemoveAt(i);
            }
        }
    }

    /// <summary>A text that is being computed.</summary>
    private sealed class Open(IEngineSequence sequence, int[] text, int number, int width)
    {
        private readonly double[] _sum = new double[width];

        public IEngineSequence Sequence => sequence;

        public int[] Text => text;

        public int Number => number;

        public int Left => text.Length - sequence.Length;

        public void Add(ReadOnlySpan<float> hidden)
        {
            for (var i = 0; i < hidden.Length; i++)
            {
                _sum[i] += hidden[i];
            }
        }

        /// <summary>At length 1: whether the states were added up or averaged makes no difference.</summary>
        public float[] Normalised()
        {
            var length = Math.Sqrt(_sum.Sum(x => x * x));
            return Array.ConvertAll(_sum, x => length > 0 ? (float)(x / length) : 0);
        }
    }
}
