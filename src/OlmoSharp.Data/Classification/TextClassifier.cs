namespace OlmoSharp.Data.Classification;

/// <summary>
/// A linear classifier of texts as in fastText (Joulin et al. 2016, arXiv:1607.01759): the mean of the vectors of words, word n-grams and character n-grams, the
/// n-grams hashed into buckets, and a linear layer. Models of fastText itself (<c>.bin</c>, <c>.ftz</c>) are read too.
/// </summary>
public sealed class TextClassifier
{
    private readonly Lazy<WordSums?> _wordSums;

    internal TextClassifier(ClassifierShape shape, ClassifierVocabulary vocabulary, RowMatrix input, RowMatrix output)
    {
        (Shape, Vocabulary, Input, Output) = (shape, vocabulary, input, output);
        Labels = [.. Enumerable.Range(0, vocabulary.Labels).Select(vocabulary.Label)];
        _wordSums = new Lazy<WordSums?>(() => WordSums.Of(this));
        Tree = shape.Loss == ClassifierLoss.HierarchicalSoftmax ? new LabelTree([.. vocabulary.Counts.Skip(vocabulary.Words)]) : null;
    }

    /// <summary>The labels, without <c>__label__</c>, in the order of the model: from the most frequent in training to the least.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>How the model was trained, where it was trained here; null for a model of fastText.</summary>
    public ClassifierTraining? Training { get; init; }

    /// <summary>Whether texts are made lower case before anything else.</summary>
    public bool LowerCase => Training?.LowerCase ?? false;

    internal ClassifierShape Shape { get; }

    internal ClassifierVocabulary Vocabulary { get; }

    internal RowMatrix Input { get; }

    internal RowMatrix Output { get; }

    internal LabelTree? Tree { get; }

    /// <summary>Where the model was pruned: the vectors of the buckets that are left.</summary>
    internal IReadOnlyDictionary<int, int>? Kept { get; init; }

    /// <summary>Reads a model.</summary>
    /// <param name="path">A file that <see cref="Save"/> wrote, or a supervised model of fastText.</param>
    /// <exception cref="DataException">It is none, damaged, truncated, or cannot be read.</exception>
    public static TextClassifier Load(string path) => ClassifierFile.Read(path);

    /// <summary>Writes a model that was trained here. fastText reads the file too; what it does not know stands after its own part, with a checksum of all.</summary>
    /// <param name="path">The file; gets its name once it is whole.</param>
    /// <exception cref="DataException">The disk refuses.</exception>
    public void Save(string path) => ClassifierFile.Write(this, path);

    /// <summary>Makes what scores texts on one thread.</summary>
    public ClassifierScorer NewScorer() => NewScorer(LowerCase);

    internal ClassifierScorer NewScorer(bool lowerCase) => new(this, lowerCase);

    /// <summary>Sums of the vectors of whole words, made when the first text is scored; null where there is nothing to sum up.</summary>
    internal WordSums? WordSums => _wordSums.Value;

    internal FeatureExtractor NewExtractor(bool keepsWords) => new(Vocabulary, Shape, Kept, keepsWords);
}
