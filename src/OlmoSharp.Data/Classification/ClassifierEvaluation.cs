namespace OlmoSharp.Data.Classification;

/// <summary>How well a classifier does on labelled texts that it was not trained on. A text without a score has no best label.</summary>
public sealed class ClassifierEvaluation
{
    private const int Bins = 10;

    private readonly long[,] _confusion;
    private readonly long[] _binTexts = new long[Bins];
    private readonly long[] _binRight = new long[Bins];
    private readonly double[] _binScores = new double[Bins];
    private double _loss;

    private ClassifierEvaluation(IReadOnlyList<string> names) => (Names, _confusion) = (names, new long[names.Count, names.Count + 1]);

    /// <summary>The labels in the order of the model.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>How many texts there were.</summary>
    public long Texts { get; private set; }

    /// <summary>How many of them the model knew nothing of.</summary>
    public long Unscored => Enumerable.Range(0, Names.Count).Sum(label => _confusion[label, Names.Count]);

    /// <summary>The share of texts whose best label is right.</summary>
    public double Accuracy => (double)Labels.Sum(label => label.Right) / Texts;

    /// <summary>The mean of −log of the right label's score, in nats; scores below 10⁻⁷ count as 10⁻⁷.</summary>
    public double LogLoss => _loss / Texts;

    /// <summary>The mean of F1 over the labels that texts have.</summary>
    public double MacroF1 => Labels.Where(label => label.Texts > 0).Average(label => label.F1);

    /// <summary>The mean distance of score and accuracy over <see cref="Calibration"/>, weighed by texts (expected calibration error).</summary>
    public double CalibrationError => Calibration.Sum(bin => bin.Texts * Math.Abs(bin.MeanScore - bin.Accuracy)) / Math.Max(1, Texts - Unscored);

    /// <summary>How well each label is found.</summary>
    public IReadOnlyList<LabelQuality> Labels =>
    [
        .. Names.Select((name, label) => new LabelQuality(
            name, Enumerable.Range(0, Names.Count + 1).Sum(predicted => _confusion[label, predicted]), Enumerable.Range(0, Names.Count).Sum(truth => _confusion[truth, label]),
            _confusion[label, label])),
    ];

    /// <summary>The texts by their best score, in ten ranges of equal width; those without texts are left out.</summary>
    public IReadOnlyList<CalibrationBin> Calibration =>
    [
        .. Enumerable.Range(0, Bins).Where(bin => _binTexts[bin] > 0).Select(bin => new CalibrationBin(
            (double)bin / Bins, (double)(bin + 1) / Bins, _binTexts[bin], _binScores[bin] / _binTexts[bin], (double)_binRight[bin] / _binTexts[bin])),
    ];

    /// <summary>How many texts of one label have another as their best.</summary>
    /// <param name="truth">The place of the label they have.</param>
    /// <param name="predicted">The place of the label they were given.</param>
    public long Confused(int truth, int predicted) => _confusion[truth, predicted];

    /// <summary>Measures a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="progress">Told how many texts are done.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="DataException">A file is damaged, there are no texts, or one has a label that the model does not know.</exception>
    public static ClassifierEvaluation Run(TextClassifier model, LabelledTexts texts, Action<long>? progress = null, CancellationToken cancellation = default)
    {
        var result = new ClassifierEvaluation(model.Labels);
        var places = model.Labels.Select((label, place) => (label, place)).ToDictionary(pair => pair.label, pair => pair.place, StringComparer.Ordinal);
        var scorer = model.NewScorer();
        var scores = new float[model.Labels.Count];
        foreach (var text in texts.Read())
        {
            cancellation.ThrowIfCancellationRequested();
            if (!places.TryGetValue(text.Label, out var truth))
            {
                throw new DataException($"{text.File}, line {text.Line}: the model has no label {text.Label}; it has {string.Join(", ", model.Labels)}. Leave such texts out, or train with them.");
            }

            result.Add(truth, scorer.TryScore(text.Text.Span, scores) ? scores : []);
            progress?.Invoke(result.Texts);
        }

        return result.Texts > 0 ? result : throw new DataException("there are no texts to measure the model on.");
    }

    private void Add(int truth, ReadOnlySpan<float> scores)
    {
        Texts++;
        var best = Best(scores);
        _confusion[truth, best < 0 ? Names.Count : best]++;
        _loss -= Math.Log(best < 0 || float.IsNaN(scores[truth]) ? 1e-7 : Math.Clamp(scores[truth], 1e-7, 1));
        if (best >= 0)
        {
            var score = Math.Min(1, scores[best]);
            var bin = Math.Min(Bins - 1, (int)(score * Bins));
            _binTexts[bin]++;
            _binScores[bin] += score;
            _binRight[bin] += best == truth ? 1 : 0;
        }
    }

    private static int Best(ReadOnlySpan<float> scores)
    {
        var best = -1;
        for (var label = 0; label < scores.Length; label++)
        {
            if (!float.IsNaN(scores[label]) && (best < 0 || scores[label] > scores[best]))
            {
                best = label;
            }
        }

        return best;
    }
}
