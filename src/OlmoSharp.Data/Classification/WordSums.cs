namespace OlmoSharp.Data.Classification;

/// <summary>
/// For each known word the sum of its own vector and those of its character n-grams, and how many these are: adding one row for a word is many times faster than finding
/// and adding all of them, and differs from it by rounding alone (about 10⁻⁵ of a probability in texts of 10,000 words). A model of fastText is summed up as fastText does.
/// </summary>
internal sealed class WordSums
{
    // A quarter of a gigabyte.
    private const long MostNumbers = 1L << 26;

    private WordSums(DenseRows rows, int[] counts) => (Rows, Counts) = (rows, counts);

    /// <summary>A row for each word.</summary>
    public DenseRows Rows { get; }

    /// <summary>How many features each word has.</summary>
    public int[] Counts { get; }

    /// <summary>Makes the sums, or gives null for a model of fastText, where words have no character n-grams, or there are too many words.</summary>
    public static WordSums? Of(TextClassifier model)
    {
        var words = model.Vocabulary.Words;
        if (model.Training is null || model.Shape.MaxChars == 0 || (long)words * model.Shape.Dimensions > MostNumbers)
        {
            return null;
        }

        var sums = new WordSums(new DenseRows(new float[words * model.Shape.Dimensions], model.Shape.Dimensions), new int[words]);
        var extractor = model.NewExtractor(keepsWords: false);
        for (var word = 0; word < words; word++)
        {
            var features = extractor.ExtractWord(model.Vocabulary[word]);
            model.Input.AddTo(features, null, 0, sums.Rows[word]);
            sums.Counts[word] = features.Length;
        }

        return sums;
    }
}
