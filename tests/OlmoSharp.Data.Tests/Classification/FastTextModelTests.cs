using System.Globalization;
using System.Text;
using OlmoSharp.Data.Classification;
using Xunit;

namespace OlmoSharp.Data.Tests.Classification;

public sealed class FastTextModelTests : IDisposable
{
    // The lines that were given to fasttext 0.9.2, each followed by a line end.
    private static readonly string[] Texts =
    [
        "the cat is in the town", "der hund und die katze in der stadt über", "où est le chien été plaît", "猫 が います", "unknownword zzz",
        "the \tcat station\v\f the\0cat", "", " ", "die __label__en katze __label__xx foo", "Größe ñandú 雨", "a b c d é", "the le die 猫",
        string.Concat(Enumerable.Repeat("word", 40)),
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Models of 'fasttext supervised' (words, word 3-grams and character n-grams 1 to 3; hierarchical softmax; one-vs-all on words alone) and of 'fasttext quantize'
    // (pruned, lengths apart), with what 'fasttext predict-prob' printed.
    [Theory]
    [InlineData("softmax.bin")]
    [InlineData("hierarchical.bin")]
    [InlineData("one-vs-all.bin")]
    [InlineData("quantized.ftz")]
    public void Scores_are_those_that_fastText_printed(string name)
    {
        var model = TextClassifier.Load(Model(name));
        Assert.Equal(["en", "de", "fr", "ja"], model.Labels);
        var scorer = model.NewScorer();
        var scores = new float[4];
        var lines = Encoding.UTF8.GetString(FastTextModels.Read(name + ".txt")).TrimEnd('\n').Split('\n');
        Assert.Equal(Texts.Length, lines.Length);
        foreach (var (text, line) in Texts.Zip(lines))
        {
            Assert.True(scorer.TryScore(Encoding.UTF8.GetBytes(text), scores));
            var fields = line.Split(' ');
            var printed = fields.Chunk(2).ToDictionary(pair => pair[0]["__label__".Length..], pair => double.Parse(pair[1], CultureInfo.InvariantCulture));
            foreach (var (label, score) in model.Labels.Zip(scores))
            {
                Assert.Equal(printed.GetValueOrDefault(label, double.NaN), score, 2e-6);
            }

            // Line ends are white space in a document.
            var again = new float[4];
            scorer.TryScore(Encoding.UTF8.GetBytes(text.Replace(' ', '\n')), again);
            Assert.Equal(scores, again);
        }
    }

    [Fact]
    public void The_end_of_line_as_a_word_ends_the_text()
    {
        var scorer = TextClassifier.Load(Model("softmax.bin")).NewScorer();
        var (cut, whole) = (new float[4], new float[4]);
        scorer.TryScore("the cat </s> die katze"u8, cut);
        scorer.TryScore("the cat"u8, whole);
        Assert.Equal(whole, cut);
    }

    // Every truncation, every byte of the head set to extremes, and random changes anywhere: an error that says so, or a model that can be used.
    [Theory]
    [InlineData("hierarchical.bin", 1400)]
    [InlineData("quantized.ftz", 1600)]
    public void Damage_is_an_error_and_never_a_huge_allocation(string name, int head)
    {
        var whole = FastTextModels.Read(name);
        foreach (var length in Enumerable.Range(0, 30).Select(i => 4 * i).Concat(Enumerable.Range(1, 20).Select(i => whole.Length - i * i * i / 2 - 1)))
        {
            AssertDamaged(whole[..length]);
        }

        AssertDamaged([.. whole, 0]);
        var random = new Random(1);
        for (var trial = 0; trial < 200; trial++)
        {
            var bytes = whole.ToArray();
            var at = trial < 80 ? trial : random.Next(trial < 160 ? head : whole.Length);
            bytes[at] = (byte)(trial % 3 == 0 ? 0xFF : trial % 3 == 1 ? 0x7F : random.Next(256));
            var path = _folder.Write("damaged.bin", bytes);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                var model = TextClassifier.Load(path);
                var scores = new float[model.Labels.Count];
                model.NewScorer().TryScore("the cat über"u8, scores);
            }
            catch (DataException error)
            {
                Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
        }
    }

    [Fact]
    public void What_is_no_supervised_model_is_said()
    {
        Assert.Contains("does not begin with fastText's magic number", Load("text, not a model"u8.ToArray()).Message);
        var vectors = FastTextModels.Read("softmax.bin");
        vectors[8 + 7 * 4] = 2;
        Assert.Contains("is a fastText model of word vectors, which has no labels", Load(vectors).Message);
        var future = FastTextModels.Read("softmax.bin");
        future[4] = 13;
        Assert.Contains("of version 13; versions 11 and 12 can be read", Load(future).Message);
        Assert.Contains("cannot be read", Assert.Throws<DataException>(() => TextClassifier.Load(_folder.At("none.bin"))).Message);
    }

    private DataException Load(byte[] bytes) => Assert.Throws<DataException>(() => TextClassifier.Load(_folder.Write("model.bin", bytes)));

    private void AssertDamaged(byte[] bytes)
    {
        var error = Load(bytes);
        Assert.True(error.Message.Contains("the model is damaged or truncated", StringComparison.Ordinal) || bytes.Length < 8, error.Message);
    }

    private string Model(string name) => FastTextModels.Write(_folder, name);
}
