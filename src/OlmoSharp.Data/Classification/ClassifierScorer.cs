using OlmoSharp.Data.Texts;

namespace OlmoSharp.Data.Classification;

/// <summary>Scores texts by a <see cref="TextClassifier"/>. It keeps buffers: one for each thread.</summary>
public sealed class ClassifierScorer : ITextScorer
{
    private const int SigmoidSteps = 512;
    private const int SigmoidEnd = 8;
    private static readonly float[] Sigmoids =
        [.. Enumerable.Range(0, SigmoidSteps + 1).Select(step => (float)(1 / (1 + Math.Exp(-(step * 2f * SigmoidEnd / SigmoidSteps - SigmoidEnd)))))];

    private readonly TextClassifier _model;
    private readonly WordSums? _words;
    private readonly FeatureExtractor _extractor;
    private readonly LowerCase? _lower;
    private readonly float[] _hidden;

    internal ClassifierScorer(TextClassifier model, bool lowerCase)
    {
        _model = model;
        _words = model.WordSums;
        _extractor = model.NewExtractor(keepsWords: _words is not null);
        _lower = lowerCase ? new LowerCase() : null;
        _hidden = new float[model.Shape.Dimensions];
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Labels => _model.Labels;

    /// <summary>
    /// Scores a text as one line, whatever line ends it has. The scores are fastText's own: probabilities plus 10⁻⁵ (a logarithm that it takes on the way must not be of 0).
    /// </summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="scores">A place for each of <see cref="Labels"/>. Hierarchical softmax gives no score (not a number) to labels below about 10⁻⁵.</param>
    /// <returns>False where the text has none of the model's features.</returns>
    public bool TryScore(ReadOnlySpan<byte> text, Span<float> scores)
    {
        var features = _extractor.Extract(_lower is null ? text : _lower.Of(text));
        if (features.IsEmpty)
        {
            return false;
        }

        Array.Clear(_hidden);
        _model.Input.AddTo(features, _words?.Rows, _words is null ? 0 : _model.Vocabulary.Words, _hidden);
        var scale = (float)(1.0 / CountOf(features));
        foreach (ref var value in _hidden.AsSpan())
        {
            value *= scale;
        }

        Decide(scores[..Labels.Count]);
        return true;
    }

    private int CountOf(ReadOnlySpan<int> features)
    {
        if (_words is null)
        {
            return features.Length;
        }

        var count = 0;
        foreach (var feature in features)
        {
            count += feature < _words.Counts.Length ? _words.Counts[feature] : 1;
        }

        return count;
    }

    private void Decide(Span<float> scores)
    {
        if (_model.Tree is { } tree)
        {
            tree.Score(_model.Output, _hidden, scores);
            return;
        }

        for (var label = 0; label < scores.Length; label++)
        {
            scores[label] = _model.Output.Dot(label, _hidden);
        }

        if (_model.Shape.Loss == ClassifierLoss.Softmax)
        {
            Softmax(scores);
        }
        else
        {
            foreach (ref var score in scores)
            {
                score = Sigmoid(score);
            }
        }

        foreach (ref var score in scores)
        {
            score = (float)(score + 1e-5);
        }
    }

    /// <summary>Makes probabilities of logarithms of odds, in place.</summary>
    internal static void Softmax(Span<float> scores)
    {
        var highest = float.NegativeInfinity;
        foreach (var score in scores)
        {
            highest = Math.Max(highest, score);
        }

        var sum = 0f;
        foreach (ref var score in scores)
        {
            score = MathF.Exp(score - highest);
            sum += score;
        }

        foreach (ref var score in scores)
        {
            score /= sum;
        }
    }

    // fastText looks the logistic function up in a table of 512 steps, also when it predicts.
    private static float Sigmoid(float value) => value switch
    {
        < -SigmoidEnd => 0,
        > SigmoidEnd => 1,
        _ => Sigmoids[(int)((value + SigmoidEnd) * SigmoidSteps / SigmoidEnd / 2)],
    };
}
