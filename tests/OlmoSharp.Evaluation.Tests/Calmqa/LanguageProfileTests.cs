using CsCheck;
using OlmoSharp.Evaluation.Calmqa.Languages;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.Calmqa;

public sealed class LanguageProfileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_word_has_the_probability_that_the_recursion_gives()
    {
        string[] texts = ["banana bandana anna", "nab an abba baa nana"];
        var entries = Entries(texts);
        var scorer = new NGramScorer(texts.Length, entries);
        Gen.Char['a', 'e'].Array[1, 12].Select(letters => new string(letters)).Sample(word =>
        {
            var logs = new double[texts.Length];
            Assert.Equal(word.Length + 1, scorer.Score(word, logs));
            for (var language = 0; language < texts.Length; language++)
            {
                var counts = entries.SelectMany(entry => entry.Counts.Where(pair => pair.Language == language).Select(pair => (entry.Text, pair.Count))).ToDictionary(pair => pair.Text, pair => pair.Count);
                var padded = $" {word} ";
                var expected = Enumerable.Range(1, padded.Length - 1).Sum(i => Math.Log(Probability(counts, padded[Math.Max(0, i - NGramCounts.Longest + 1)..i], padded[i])));
                Assert.InRange(Math.Abs(expected - logs[language]), 0, 1e-4);
            }
        }, iter: 100);
    }

    [Fact]
    public void A_file_is_read_as_it_was_written()
    {
        var profiles = Trained();
        var path = _folder.File("x.profiles");
        profiles.Save(path);
        var read = LanguageProfiles.Load(path);
        Assert.Equal(profiles.Languages.Select(language => language with { Sources = [] }), read.Languages.Select(language => language with { Sources = [] }));
        Assert.Equal(profiles.Calibration, read.Calibration);
        Assert.Equal(profiles.Entries.Select(Describe), read.Entries.Select(Describe));
        Assert.Matches("^[0-9a-f]{64}$", read.Sha256);
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        var path = _folder.File("x.profiles");
        Trained().Save(path);
        var bytes = File.ReadAllBytes(path);
        for (var length = 0; length < bytes.Length - 1; length += Math.Max(1, bytes.Length / 50))
        {
            File.WriteAllBytes(path, bytes[..length]);
            Assert.Contains(path, Assert.Throws<EvaluationException>(() => LanguageProfiles.Load(path)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_language_is_added_or_replaced()
    {
        var more = new LanguageTraining { Parts = 0 }.Run(
            [Text("xxa", "Made", "zorgle fimbat quonk zorgle dribble fimbat quonk", 50), Text("wol", "Wolof", "zuzu zaza zizi zozo zeze", 50)], cancellation: TestContext.Current.CancellationToken);
        var profiles = LanguageProfiles.Default.With(more);
        Assert.Equal(LanguageProfiles.Default.Languages.Count + 1, profiles.Languages.Count);
        var identifier = new LanguageIdentifier(profiles);
        Assert.Equal("xxa", identifier.Identify("Fimbat zorgle quonk dribble zorgle fimbat").Code);
        Assert.Equal("wol", identifier.Identify("Zizi zozo zuzu zaza zeze zizi").Code);
        Assert.Equal("deu", identifier.Identify("Das ist ein ganz gewöhnlicher Satz über das Wetter im Norden.").Code);
    }

    [Fact]
    public void Quality_is_counted_as_if_there_were_equally_much_of_each_language()
    {
        // Language 0: 3 of 4 found, one taken for 1. Language 1: 10 of 10 found.
        LanguageMeasure[] measures =
        [
            .. new[] { 0, 0, 0, 1 }.Select(found => new LanguageMeasure(0, 60, null, found)), .. Enumerable.Repeat(new LanguageMeasure(1, 60, null, 1), 10), new LanguageMeasure(0, 300, null, -1),
        ];
        var calibration = new LanguageCalibration(1, 0.5);
        Assert.Equal(new LanguageQuality(4, 0.75, 1), LanguageMeasure.Quality(measures, [], 0, 60, calibration));
        Assert.Equal(new LanguageQuality(10, 1, 1 / 1.25), LanguageMeasure.Quality(measures, [], 1, 60, calibration));
        Assert.Equal(0, LanguageMeasure.Quality(measures, [], 0, 300, calibration)!.Recall);
        Assert.Null(LanguageMeasure.Quality(measures, [], 1, 300, calibration));
    }

    [Fact]
    public void A_folder_is_read_and_what_is_wrong_is_named()
    {
        Assert.Throws<EvaluationException>(() => LanguageText.ReadAll(_folder.File("none")));
        Assert.Throws<EvaluationException>(() => LanguageText.ReadAll(_folder.Path));
        Directory.CreateDirectory(_folder.File("wol"));
        Directory.CreateDirectory(_folder.File("xxa"));
        File.WriteAllText(_folder.File("wol/a.txt"), "x\ny\n");
        File.WriteAllText(_folder.File("wol/b.txt"), "z\n");
        File.WriteAllText(_folder.File("xxa/c.txt"), "1 2\n");
        File.WriteAllText(_folder.File("languages.tsv"), "xxa\tMade\n");
        var texts = LanguageText.ReadAll(_folder.Path);
        Assert.Equal([("wol", "Wolof", "a+b"), ("xxa", "Made", "c")], texts.Select(text => (text.Code, text.Name, string.Join('+', text.Sources.Select(source => source.Key)))));
        Assert.Contains("xxa", Assert.Throws<EvaluationException>(() => new LanguageTraining().Run(texts, cancellation: TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        File.WriteAllText(_folder.File("languages.tsv"), "xxa\tMade\nxxa\tAgain\n");
        Assert.Contains("languages.tsv:2", Assert.Throws<EvaluationException>(() => LanguageText.ReadAll(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Held_out_text_is_in_no_part_that_is_trained_on()
    {
        var text = new LanguageText("x", "x", [new("s", [.. Enumerable.Range(0, 40).Select(i => $"line{i} and some more of it to be long enough for one text")])]);
        var held = LanguageTraining.Segments(text, block => block % 5 == 2, 50).SelectMany(segment => segment.Split([' ', '\n'])).Where(word => word.StartsWith("line", StringComparison.Ordinal)).ToHashSet();
        Assert.Equal(Enumerable.Range(0, 40).Where(i => i / 4 % 5 == 2).Select(i => $"line{i}").Order(), held.Order());
    }

    private static LanguageProfiles Trained() => new LanguageTraining { Parts = 2, MostNGrams = 50 }.Run(
    [
        Text("xxa", "Made A", "zorgle fimbat quonk dribble", 60), Text("xxb", "Made B", "lalelu mimomu tatatu nonono", 60), Text("xxc", "Made C", "жаба лес роща", 60),
    ], cancellation: TestContext.Current.CancellationToken);

    private static LanguageText Text(string code, string name, string words, int lines)
    {
        var all = words.Split(' ');
        return new(code, name, [new("made", [.. Enumerable.Range(0, lines).Select(i => string.Join(' ', Enumerable.Range(0, 12).Select(j => all[(i * 7 + j * 3 + i * j) % all.Length])))])]);
    }

    private static IReadOnlyList<NGramEntry> Entries(string[] texts) =>
    [
        .. texts.SelectMany((text, language) =>
        {
            var counts = new NGramCounts();
            counts.Add(new TextWords(text), WritingSystem.Latin);
            return counts.Kept(1000).Select(pair => (pair.Key, language, pair.Value));
        }).GroupBy(item => item.Key).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => new NGramEntry(group.Key, [.. group.Select(item => (item.language, item.Value))])),
    ];

    /// <summary>Witten and Bell's rule as it is written down, from the shortest context to the longest.</summary>
    private static double Probability(Dictionary<string, int> counts, string context, char next)
    {
        var probability = 1.0 / 1000;
        for (var length = 0; length <= context.Length; length++)
        {
            var tail = context[^length..];
            var following = counts.Where(pair => pair.Key.Length == length + 1 && pair.Key.StartsWith(tail, StringComparison.Ordinal)).ToArray();
            if (following.Length > 0)
            {
                var kept = following.Sum(pair => pair.Value);
                var whole = Math.Max(kept, length == 0 ? 0 : counts.GetValueOrDefault(tail)) + following.Length;
                probability = (counts.GetValueOrDefault(tail + next) / (double)whole) + ((1 - kept / (double)whole) * probability);
            }
        }

        return probability;
    }

    private static string Describe(NGramEntry entry) => $"{entry.Text}: {string.Join(' ', entry.Counts)}";
}
