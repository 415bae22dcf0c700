using OlmoSharp.Data.Classification;

namespace OlmoSharp.Data.Taggers.Classification;

/// <summary>The score of one label, and what it lacks to 1: <c>en</c> and <c>not_en</c>. A text without a score is not of the label.</summary>
internal sealed class LabelOrNot : ITextScorer
{
    /// <summary>The place of the label.</summary>
    public const int Itself = 0;

    /// <summary>The place of its complement.</summary>
    public const int Not = 1;

    private readonly ITextScorer _scorer;
    private readonly int _label;
    private readonly float[] _scores;

    /// <param name="scorer">What scores.</param>
    /// <param name="label">The label.</param>
    /// <exception cref="DataException">The scorer does not know the label.</exception>
    public LabelOrNot(ITextScorer scorer, string label)
    {
        _scorer = scorer;
        _scores = new float[scorer.Labels.Count];
        _label = Array.IndexOf([.. scorer.Labels], label) is >= 0 and var found ? found : throw new DataException(
            $"the model has no label {label}; it has {string.Join(", ", scorer.Labels.Take(20))}{(scorer.Labels.Count > 20 ? ", …" : "")}. Give a model of languages, or use a tagger of all labels.");
        Labels = [label, $"not_{label}"];
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Labels { get; }

    /// <inheritdoc/>
    public bool TryScore(ReadOnlySpan<byte> text, Span<float> scores)
    {
        var score = _scorer.TryScore(text, _scores) && !float.IsNaN(_scores[_label]) ? _scores[_label] : 0;
        scores[Itself] = score;
        scores[Not] = 1 - score;
        return true;
    }
}
