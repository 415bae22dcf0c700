using System.Runtime.InteropServices;
using OlmoSharp.Inference.Engines;
using OlmoSharp.Inference.Sampling;

namespace OlmoSharp.Inference.Scoring;

/// <summary>
/// Scores a tree pass by pass. Every line has positions set aside for the longest path that it may come to, so that no line can run out of them and none is computed twice.
/// </summary>
internal sealed class ScoringRun : IDisposable
{
    private readonly IInferenceEngine _engine;
    private readonly ScoreSheet _sheet;
    private readonly LogProbabilityReader _reader = new();
    private readonly Stack<ContinuationNode> _roots;
    private readonly List<ScoringLine> _lines = [];
    private readonly List<EngineInput> _inputs = [];
    private readonly List<ScoringLine> _planned = [];
    private readonly int _mostRows;
    private float[] _logits = [];
    private int _capacity;
    private int _held;

    /// <summary>Prepares a run.</summary>
    /// <param name="engine">Runs the model.</param>
    /// <param name="tree">What to score.</param>
    /// <param name="positions">Free positions that a sequence of so many tokens takes.</param>
    public ScoringRun(IInferenceEngine engine, ContinuationTree tree, Func<int, int> positions)
    {
        _engine = engine;
        _sheet = new(tree);
        _roots = new(tree.Root.Children.AsEnumerable().Reverse());
        _mostRows = ScoreSheet.MostRows(engine.Config.VocabularySize);
        LeastPositions = positions(tree.Root.Peak);
        UsefulPositions = (int)Math.Min(int.MaxValue, tree.TokensAsked + (long)LeastPositions * tree.Lengths.Count);
    }

    /// <summary>Positions for the longest path.</summary>
    public int LeastPositions { get; }

    /// <summary>Positions for all paths at once.</summary>
    public int UsefulPositions { get; }

    /// <summary>Says how many positions it may take.</summary>
    public void Begin(int positions) => _capacity = positions;

    /// <summary>Runs one pass.</summary>
    /// <param name="tokens">Most tokens of it.</param>
    /// <returns>Tokens computed; 0 where nothing is left.</returns>
    public int Step(int tokens)
    {
        _inputs.Clear();
        _planned.Clear();
        var (left, rows) = (tokens, 0);
        for (var i = 0; left > 0 && rows < _mostRows && (i < _lines.Count || TryNewLine()); i++)
        {
            var line = _lines[i];
            var node = line.Node!;
            var start = line.Sequence.Length;
            var (count, wanted) = Fit(node, start, Math.Min(left, node.End - start), _mostRows - rows);
            if (count > 0)
            {
                left -= count;
                rows += wanted;
                _inputs.Add(new(line.Sequence, node.Tokens.Slice(start - node.Start, count)) { LogitRows = wanted });
                _planned.Add(line);
            }
        }

        if (_inputs.Count > 0)
        {
            Compute(rows);
        }

        return tokens - left;
    }

    /// <summary>The scores, once nothing is left.</summary>
    public IReadOnlyList<ContinuationScore> Scores() => _sheet.Scores();

    /// <summary>Frees all sequences.</summary>
    public void Dispose()
    {
        _lines.ForEach(line => line.Sequence.Dispose());
        _lines.Clear();
    }

    /// <summary>How many tokens fit and the rows that they need: after the first of them that something is asked for, and all further ones.</summary>
    private static (int Tokens, int Rows) Fit(ContinuationNode node, int start, int tokens, int mostRows)
    {
        var first = FirstAsked(node, start);
        if (first == node.Asked.Count || node.Asked[first].Place >= start + tokens)
        {
            return (tokens, 0);
        }

        var before = node.Asked[first].Place - start;
        var count = Math.Min(tokens, before + mostRows);
        return (count, count - before);
    }

    private static int FirstAsked(ContinuationNode node, int place)
    {
        var (low, high) = (0, node.Asked.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = node.Asked[middle].Place < place ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>Begins at the root, or takes over a branch of a line.</summary>
    private bool TryNewLine()
    {
        if (_roots.TryPeek(out var root))
        {
            var sequence = _engine.NewSequence();
            if (!TryAdd(sequence, root, null))
            {
                return false;
            }

            _roots.Pop();
            return true;
        }

        foreach (var line in _lines)
        {
            if (line.Spare is not { } spare)
            {
                continue;
            }

            if (line.Sequence.PositionsToFork > _capacity - _held)
            {
                return false;
            }

            var sequence = line.Sequence.Fork();
            sequence.Truncate(spare.Start);
            if (!TryAdd(sequence, spare, line.Share))
            {
                return false;
            }

            line.GiveSpare();
            return true;
        }

        return false;
    }

    private bool TryAdd(IEngineSequence sequence, ContinuationNode node, PositionShare? parent)
    {
        var positions = sequence.PositionsToFork + sequence.PositionsFor(node.Peak - node.Start);
        if (positions > _capacity - _held)
        {
            sequence.Dispose();
            return false;
        }

        _held += positions;
        parent?.Hold();
        _lines.Add(new(sequence, node, new(positions, parent)));
        return true;
    }

    private void Compute(int rows)
    {
        var vocabulary = _engine.Config.VocabularySize;
        if (_logits.Length < rows * vocabulary)
        {
            _logits = new float[rows * vocabulary];
        }

        _engine.Forward(_inputs, _logits.AsSpan(0, rows * vocabulary));
        var row = 0;
        for (var i = 0; i < _inputs.Count; i++)
        {
            var (line, wanted) = (_planned[i], _inputs[i].LogitRows);
            Read(line.Node!, line.Sequence.Length - wanted, wanted, row);
            row += wanted;
            line.Advance();
            if (line.Node is null)
            {
                line.Sequence.Dispose();
                _held -= line.Share.Release();
            }
        }

        _lines.RemoveAll(line => line.Node is null);
    }

    /// <summary>Answers what is asked for at some places of a node.</summary>
    private void Read(ContinuationNode node, int place, int count, int row)
    {
        var vocabulary = _engine.Config.VocabularySize;
        var asked = FirstAsked(node, place);
        for (var end = place + count; place < end; place++, row++)
        {
            if (asked == node.Asked.Count || node.Asked[asked].Place > place)
            {
                continue;
            }

            var first = asked;
            while (asked < node.Asked.Count && node.Asked[asked].Place == place)
            {
                asked++;
            }

            _sheet.Fill(_logits.AsSpan(row * vocabulary, vocabulary), CollectionsMarshal.AsSpan(node.Asked)[first..asked], _reader);
        }
    }
}
