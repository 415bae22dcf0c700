using System.Text;
using OlmoSharp.Data.Curation;
using OlmoSharp.Data.Documents;
using Xunit;

namespace OlmoSharp.Data.Tests.Curation;

public class CurationPipelineTests
{
    private static readonly CurationPipeline Pipeline = new(new CurationOptions());

    [Fact]
    public void What_goes_in_comes_out_or_is_accounted_for()
    {
        var documents = Corpus(seed: 1);

        var result = Pipeline.Run(documents, TestContext.Current.CancellationToken);

        Assert.Equal(["a", "b", "c"], result.Report.Sources.Select(source => source.Source));
        foreach (var source in result.Report.Sources.Append(result.Report.Total))
        {
            Assert.Equal(source.DocumentsIn, source.DocumentsOut + source.Removals.Sum(removal => removal.Documents));
            Assert.Equal(source.BytesIn, source.BytesOut + source.Removals.Sum(removal => removal.Bytes));
        }

        Assert.Equal(documents.Sum(Bytes), result.Report.Total.BytesIn);
        Assert.Equal(result.Documents.Sum(Bytes), result.Report.Total.BytesOut);
        Assert.Equal(
            [
                "exact-duplicate-document", "exact-duplicate-paragraph", "heading-without-section", "near-duplicate-document", "near-duplicate-paragraph", "nothing-left",
                "too-few-letters", "too-short",
            ],
            result.Report.Total.Removals.Select(removal => removal.Reason));
        Assert.All(result.Report.Total.Removals, removal => Assert.NotEmpty(removal.Examples));
        Assert.Equal(result.Report.Sources.Count + 2, result.Report.SourceRows().Count);
        Assert.Equal(result.Report.Total.Removals.Count + 1, result.Report.ReasonRows().Count);
    }

    [Fact]
    public void Kept_documents_are_unlike_each_other_and_in_order()
    {
        var documents = Corpus(seed: 2);

        var kept = Pipeline.Run(documents, TestContext.Current.CancellationToken).Documents;

        Assert.Equal(kept.Select(document => document.Id), documents.Select(document => document.Id).Intersect(kept.Select(document => document.Id)));
        var ngrams = kept.Select(document => NaiveSimilarity.Ngrams(document.Text, 5)).ToList();
        for (var i = 0; i < kept.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                Assert.True(NaiveSimilarity.Jaccard(ngrams[i], ngrams[j]) < 0.85, $"{kept[j].Id} and {kept[i].Id}");
            }
        }
    }

    [Fact]
    public void A_second_run_gives_the_same_and_the_result_has_nothing_more_to_remove()
    {
        var once = Pipeline.Run(Corpus(seed: 3), TestContext.Current.CancellationToken);
        var again = Pipeline.Run(Corpus(seed: 3), TestContext.Current.CancellationToken);
        var twice = Pipeline.Run(once.Documents, TestContext.Current.CancellationToken);

        Assert.Equal(once.Documents.Select(document => (document.Id, document.Text)), again.Documents.Select(document => (document.Id, document.Text)));
        Assert.Equal(once.Documents.Select(document => (document.Id, document.Text)), twice.Documents.Select(document => (document.Id, document.Text)));
        Assert.Empty(twice.Report.Total.Removals);
    }

    [Fact]
    public void Of_near_duplicates_the_longest_stays()
    {
        var words = RandomText.Words(new Random(4), 200);
        var text = string.Join(' ', words);

        var kept = Pipeline.Run(
            [New("1", "a", text), New("2", "b", text + " and a little more"), New("3", "c", text[10..])], TestContext.Current.CancellationToken).Documents;

        Assert.Equal(["2"], kept.Select(document => document.Id));
    }

    [Fact]
    public void Two_documents_of_one_id_are_an_error()
    {
        Pipeline.Run([New("1", "a", "x"), New("1", "b", "x")], TestContext.Current.CancellationToken);

        var error = Assert.Throws<DataException>(() =>
            Pipeline.Run([New("1", "a", "x"), New("1", "a", "y")], TestContext.Current.CancellationToken));

        Assert.Contains("source a: two documents have the id \"1\"", error.Message, StringComparison.Ordinal);
    }

    private static List<Document> Corpus(int seed)
    {
        var random = new Random(seed);
        var documents = new List<Document>();
        var texts = new List<string>();
        var known = string.Join(' ', RandomText.Words(random, 40));
        for (var number = 0; number < 150; number++)
        {
            var text = random.Next(8) switch
            {
                0 when texts.Count > 0 => texts[random.Next(texts.Count)].ToUpperInvariant() + "\n\n",
                1 when texts.Count > 0 => string.Join(' ', RandomText.Alter(random, texts[random.Next(texts.Count)].Split(' '), 0.01)),
                2 => $"# Heading {number}\n\n{known}\n",
                3 => "too short é",
                4 => $"{string.Join(' ', RandomText.Words(random, 30))} {new string('7', 400)}",
                5 => $"{string.Join(' ', RandomText.Words(random, 60))}\n\nInitializes a new instance of the Type{number} class for the benefit of all.\n",
                _ => string.Join("\n\n", Enumerable.Range(0, 3).Select(_ => string.Join(' ', RandomText.Words(random, random.Next(20, 80))) + " ü")),
            };
            texts.Add(text);
            documents.Add(New($"{number:D3}", "abc"[number % 3].ToString(), text));
        }

        return documents;
    }

    private static long Bytes(Document document) => Encoding.UTF8.GetByteCount(document.Text);

    private static Document New(string id, string source, string text) => new() { Id = id, Source = source, Text = text };
}
