using System.ComponentModel.DataAnnotations;
using OlmoSharp.Data.Seeding;
using OlmoSharp.Data.Texts;

namespace OlmoSharp.Data.Classification;

/// <summary>
/// Trains classifiers by stochastic gradient descent with a rate that falls linearly to 0, as fastText does (arXiv:1607.01759), but over all texts in a new random
/// order each epoch. Steps are made one after the other, so that the same texts and options give the same model.
/// </summary>
public static class ClassifierTrainer
{
    /// <summary>Trains a classifier. The features of all texts are held in memory: 4 bytes for each word and n-gram.</summary>
    /// <param name="texts">The texts; they are read twice.</param>
    /// <param name="options">How to train.</param>
    /// <param name="progress">Told how many texts were learned from, all epochs together.</param>
    /// <param name="cancellation">Stops the training.</param>
    /// <exception cref="DataException">An option is out of its range, a file is damaged, there are no two labels, or the training diverges.</exception>
    public static TrainedClassifier Train(LabelledTexts texts, ClassifierTraining options, Action<long>? progress = null, CancellationToken cancellation = default)
    {
        var problems = new List<ValidationResult>();
        if (!Validator.TryValidateObject(options, new ValidationContext(options), problems, validateAllProperties: true))
        {
            throw new DataException($"{problems[0].ErrorMessage!.TrimEnd('.')}.");
        }

        var vocabulary = ReadVocabulary(texts, options, cancellation);
        var corpus = ReadFeatures(texts, vocabulary, options, cancellation);
        var model = NewModel(vocabulary, options);
        var losses = Learn(model, corpus, options, progress, cancellation);
        return new TrainedClassifier(model, corpus.Labels.Count, corpus.WordCounts.Sum(count => (long)count), losses);
    }

    /// <summary>A model before its first step: vectors of features are random, those of labels 0.</summary>
    internal static TextClassifier NewModel(ClassifierVocabulary vocabulary, ClassifierTraining options)
    {
        var shape = options.Shape;
        var size = ((long)vocabulary.Words + shape.Buckets) * shape.Dimensions;
        if (size > Array.MaxLength)
        {
            throw new DataException($"{vocabulary.Words} words and {shape.Buckets} buckets with {shape.Dimensions} numbers each are {size} numbers; at most {Array.MaxLength} are possible. Use fewer buckets or dimensions, or leave rare words out.");
        }

        var input = new float[size];
        var numbers = new SeededNumbers(options.Seed);
        foreach (ref var value in input.AsSpan())
        {
            value = numbers.Within(1f / shape.Dimensions);
        }

        return new TextClassifier(shape, vocabulary, new DenseRows(input, shape.Dimensions), new DenseRows(new float[vocabulary.Labels * shape.Dimensions], shape.Dimensions))
        {
            Training = options,
        };
    }

    private static ClassifierVocabulary ReadVocabulary(LabelledTexts texts, ClassifierTraining options, CancellationToken cancellation)
    {
        var builder = new VocabularyBuilder();
        var labels = new Dictionary<string, long>(StringComparer.Ordinal);
        var lower = options.LowerCase ? new LowerCase() : null;
        foreach (var text in texts.Read())
        {
            cancellation.ThrowIfCancellationRequested();
            labels[text.Label] = labels.GetValueOrDefault(text.Label) + 1;
            builder.Add(lower is null ? text.Text.Span : lower.Of(text.Text.Span));
        }

        return labels.Count switch
        {
            0 => throw new DataException("there are no texts to train on."),
            1 => throw new DataException($"all texts have the label {labels.Keys.First()}; a classifier needs at least two."),
            _ => builder.Build(options.MinCount, labels),
        };
    }

    private static Corpus ReadFeatures(LabelledTexts texts, ClassifierVocabulary vocabulary, ClassifierTraining options, CancellationToken cancellation)
    {
        var extractor = new FeatureExtractor(vocabulary, options.Shape);
        var labels = Enumerable.Range(0, vocabulary.Labels).ToDictionary(vocabulary.Label, StringComparer.Ordinal);
        var lower = options.LowerCase ? new LowerCase() : null;
        var corpus = new Corpus([], [], []);
        foreach (var text in texts.Read())
        {
            cancellation.ThrowIfCancellationRequested();
            if (!labels.TryGetValue(text.Label, out var label))
            {
                throw new DataException($"{text.File}, line {text.Line}: the label {text.Label} was not there a moment ago. Leave the files alone while they are read.");
            }

            var features = extractor.Extract(lower is null ? text.Text.Span : lower.Of(text.Text.Span));
            if (!features.IsEmpty)
            {
                corpus.Features.Add(features.ToArray());
                corpus.Labels.Add(label);
                corpus.WordCounts.Add(extractor.WordCount);
            }
        }

        return corpus;
    }

    private static List<double> Learn(TextClassifier model, Corpus corpus, ClassifierTraining options, Action<long>? progress, CancellationToken cancellation)
    {
        var step = new GradientStep((DenseRows)model.Input, (DenseRows)model.Output, options.Dimensions);
        var allWords = (double)options.Epochs * corpus.WordCounts.Sum(count => (long)count);
        var (words, done) = (0L, 0L);
        var losses = new List<double>();
        var order = Enumerable.Range(0, corpus.Labels.Count).ToArray();
        for (var epoch = 0; epoch < options.Epochs; epoch++)
        {
            // A seed of its own for each epoch; the last bit keeps it apart from that of the vectors.
            new SeededNumbers(unchecked(options.Seed * 2_000_003 + 2 * epoch + 1)).Shuffle(order);
            var loss = 0.0;
            foreach (var text in order)
            {
                cancellation.ThrowIfCancellationRequested();
                var rate = options.LearningRate * (1 - words / allWords);
                loss += step.Take(corpus.Features[text], corpus.Labels[text], (float)rate);
                words += corpus.WordCounts[text];
                progress?.Invoke(++done);
            }

            losses.Add(loss / order.Length);
            if (!double.IsFinite(losses[^1]))
            {
                throw new DataException($"the training diverged in epoch {epoch + 1}: the loss is no number. Use a smaller learning rate.");
            }
        }

        return losses;
    }

    private sealed record Corpus(List<int[]> Features, List<int> Labels, List<int> WordCounts);
}
