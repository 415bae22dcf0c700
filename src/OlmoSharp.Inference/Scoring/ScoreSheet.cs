using OlmoSharp.Inference.Sampling;

namespace OlmoSharp.Inference.Scoring;

/// <summary>The scores of a tree's pairs as they come in. Different tokens may be filled in by different threads.</summary>
internal sealed class ScoreSheet
{
    // Logits that a pass may give at most; one row at least.
    private const int LogitBytes = 64 << 20;

    private readonly double[][] _logProbabilities;
    private readonly bool[][] _areGreedy;
    private readonly IReadOnlyList<TokenLogProbability>[][] _top;
    private readonly IReadOnlyList<int> _tops;

    /// <summary>Makes room for a tree's pairs.</summary>
    /// <param name="tree">What is to be scored.</param>
    public ScoreSheet(ContinuationTree tree)
    {
        _logProbabilities = [.. tree.Lengths.Select(length => new double[length])];
        _areGreedy = [.. tree.Lengths.Select(length => new bool[length])];
        _tops = tree.Tops;
        _top = [.. tree.Lengths.Select((length, pair) => new IReadOnlyList<TokenLogProbability>[tree.Tops[pair] > 0 ? length : 0])];
    }

    /// <summary>The most rows of logits that a pass should give.</summary>
    public static int MostRows(int vocabulary) => Math.Max(1, LogitBytes / sizeof(float) / vocabulary);

    /// <summary>Fills in tokens of the same place.</summary>
    /// <param name="logits">[vocabulary]: after the tokens before them.</param>
    /// <param name="asked">The tokens.</param>
    /// <param name="reader">Finds the most probable ones.</param>
    /// <exception cref="InferenceException">A logit is NaN or +∞.</exception>
    public void Fill(ReadOnlySpan<float> logits, ReadOnlySpan<ScoredToken> asked, LogProbabilityReader reader)
    {
        var (normalizer, best) = LogSoftmax.Read(logits);
        foreach (var (_, pair, number, id) in asked)
        {
            _logProbabilities[pair][number] = logits[id] - normalizer;
            _areGreedy[pair][number] = id == best;
            if (_tops[pair] > 0)
            {
                _top[pair][number] = reader.Top(logits, _tops[pair], normalizer);
            }
        }
    }

    /// <summary>The scores in the order of the pairs, once all tokens are filled in.</summary>
    public IReadOnlyList<ContinuationScore> Scores() => [.. _logProbabilities.Select((logProbabilities, pair) => new ContinuationScore(logProbabilities, _areGreedy[pair]) { Top = _top[pair] })];
}
