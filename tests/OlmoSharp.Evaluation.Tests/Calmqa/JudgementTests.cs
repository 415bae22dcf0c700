using System.Text.Json;
using System.Text.Json.Nodes;
using OlmoSharp.Evaluation.Calmqa.Dataset;
using OlmoSharp.Evaluation.Calmqa.Judgements;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.Calmqa;

public sealed class JudgementTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_page_is_blind_whole_and_the_same_for_the_same_seed()
    {
        var files = Files(12);
        var page = new AnnotationPage(files, ["Model X", "Model Y", "Model Z"], 5);
        var html = page.Html();
        Assert.DoesNotContain("Model X", html, StringComparison.Ordinal);
        Assert.DoesNotContain("</script><b>", html, StringComparison.Ordinal);
        Assert.Equal(html, new AnnotationPage(files, ["Model X", "Model Y", "Model Z"], 5).Html());
        Assert.NotEqual(html, new AnnotationPage(files, ["Model X", "Model Y", "Model Z"], 6).Html());

        // All three pairs of each of the twelve questions, with the texts that the key says.
        using var data = JsonDocument.Parse(html.Split("id=\"data\">")[1].Split("</script>")[0]);
        var items = data.RootElement.GetProperty("items");
        Assert.Equal(36, items.GetArrayLength());
        Assert.Equal(page.Key.Page, data.RootElement.GetProperty("page").GetString());
        foreach (var (item, key) in items.EnumerateArray().Zip(page.Key.Items))
        {
            Assert.Equal(key.Item, item.GetProperty("id").GetString());
            Assert.Equal($"{key.Question}?", item.GetProperty("question").GetString());
            Assert.Equal(Text(key.Question, key.First), item.GetProperty("first").GetString());
            Assert.Equal(Text(key.Question, key.Second), item.GetProperty("second").GetString());
        }

        Assert.Equal(36, page.Key.Items.Select(item => (item.Question, string.Join('+', new[] { item.First, item.Second }.Order()))).Distinct().Count());
        Assert.InRange(page.Key.Items.Count(item => string.CompareOrdinal(item.First, item.Second) < 0), 1, 35);
        Assert.Equal(4, new AnnotationPage(files, ["Model X", "Model Y"], 5, 4).Key.Items.Count);
    }

    [Fact]
    public void Unknown_models_are_named_with_those_there_are()
    {
        var error = Assert.Throws<EvaluationException>(() => new AnnotationPage(Files(1), ["Model X", "Model Q"], 0));
        Assert.Contains("Model Q", error.Message, StringComparison.Ordinal);
        Assert.Contains("Model X, Model Y, Model Z", error.Message, StringComparison.Ordinal);
        Assert.Throws<EvaluationException>(() => new AnnotationPage(Files(1), ["Model X", "Model X"], 0));
    }

    [Fact]
    public void Ratings_are_unblinded_and_counted()
    {
        var page = new AnnotationPage(Files(12), ["Model X", "Model Y"], 5);
        var key = page.Key;
        // Both annotators find every answer of X two points better; the second is a point kinder, but for every third question, where the first is as kind.
        AnnotationExport[] exports = [.. new[] { ("ann", 0), ("ben", 1) }.Select(annotator => Export(key, annotator.Item1, (item, model) => (model == "Model X" ? 3 : 1) + Math.Max(annotator.Item2, item.Question[^1] % 3 == 0 ? 1 : 0)))];
        var report = JudgementReport.Of([.. exports.Select(export => ("file", export))], [key]);
        Assert.Equal(["ann", "ben"], report.Annotators);
        Assert.Equal(24, report.Pairs);
        Assert.Equal([new("Model X", "Model Y", 24, 0, 0), new("Model Y", "Model X", 0, 24, 0)], report.Wins);
        Assert.Equal(["Model X agnostic", "Model X specific", "Model Y agnostic", "Model Y specific"], report.Models.Select(row => $"{row.Model} {row.Kind}"));
        Assert.All(report.Models.Take(2).Zip(report.Models.Skip(2)), pair => Assert.Equal(2, pair.First.Overall - pair.Second.Overall, 12));
        Assert.Equal(24, report.Models.Where(row => row.Model == "Model X").Sum(row => row.Ratings));
        Assert.Equal(-2, report.Quality!.Fixed.Single(effect => effect.Name == "model: Model Y").Estimate, 6);
        Assert.Equal(["(intercept)", "model: Model Y", "questions: specific"], report.Quality.Fixed.Select(effect => effect.Name));
        // Full agreement on who is better; which side that is differs, as the order is random.
        var preferred = report.Agreement.Single(aspect => aspect.Aspect == "preferred");
        Assert.Equal((12, 1.0, 1.0, "Cohen"), (preferred.Units, preferred.Alpha, preferred.Kappa, preferred.KappaName));
        Assert.Equal(24, report.Agreement.Single(aspect => aspect.Aspect == "overall").Units);
        var path = _folder.File("report.json");
        report.Write(path);
        Assert.Equal(24, JsonNode.Parse(File.ReadAllText(path))!["pairs"]!.GetValue<int>());
    }

    [Fact]
    public void What_does_not_belong_together_is_refused()
    {
        var key = new AnnotationPage(Files(3), ["Model X", "Model Y"], 5).Key;
        var export = Export(key, "ann", (_, _) => 3);
        Assert.Contains("whose key is not given", Message([("a.json", export with { Page = "x" })]), StringComparison.Ordinal);
        Assert.Contains("a.json: item \"9\" is not on page", Message([("a.json", export with { Ratings = [export.Ratings[0] with { Item = "9" }] })]), StringComparison.Ordinal);
        Assert.Contains("b.json: ann has rated", Message([("a.json", export), ("b.json", export)]), StringComparison.Ordinal);
        Assert.Contains("no ratings", Message([("a.json", export with { Ratings = [] })]), StringComparison.Ordinal);

        string Message((string, AnnotationExport)[] exports) => Assert.Throws<EvaluationException>(() => JudgementReport.Of(exports, [key])).Message;
    }

    [Theory]
    [InlineData("\"overall\": 4", "\"overall\": 6")]
    [InlineData("\"preferred\": \"first\"", "\"preferred\": \"A\"")]
    [InlineData("\"language\": true,", "")]
    [InlineData("\"annotator\": \"ann\"", "\"annotator\": \" \"")]
    [InlineData("}]", "")]
    public void An_export_is_checked(string old, string changed)
    {
        const string sound = """{"page": "p", "annotator": "ann", "ratings": [{"item": "1", "first": {"language": true, "factuality": 2, "completeness": 1, "overall": 4, "reason": ""}, "second": {"language": true, "factuality": 0, "completeness": 0, "overall": 1}, "preferred": "first"}]}""";
        var path = _folder.File("export.json");
        File.WriteAllText(path, sound);
        Assert.Equal(4, AnnotationExport.Read(path).Ratings[0].First.Overall);
        File.WriteAllText(path, sound.Replace(old, changed, StringComparison.Ordinal));
        Assert.Contains(path, Assert.Throws<EvaluationException>(() => AnnotationExport.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_is_read_as_it_was_written()
    {
        var key = new AnnotationPage(Files(3), ["Model X", "Model Y"], 5).Key;
        key.Write(_folder.File("key.json"));
        var read = AnnotationKey.Read(_folder.File("key.json"));
        Assert.Equal((key.Page, true), (read.Page, key.Items.SequenceEqual(read.Items)));
    }

    private static string Text(string question, string model) => $"</script><b>{question} by {model[^1]}";

    private static CalmqaFile[] Files(int questions) =>
    [
        Made.File([.. Enumerable.Range(0, questions).Select(i =>
        {
            var question = Made.Question($"q{i}", "German", $"q{i}?", type: i % 2 == 0 ? QuestionTypes.Cultural : QuestionTypes.NonCultural);
            return Made.Entry(question, [.. "XYZ".Select(letter => Made.Answer($"q{i}:{letter}", "German", Text(question.Name, $"Model {letter}"), $"Model {letter}"))]);
        })]),
    ];

    private static AnnotationExport Export(AnnotationKey key, string annotator, Func<AnnotationItem, string, int> overall) => new()
    {
        Page = key.Page,
        Annotator = annotator,
        Ratings =
        [
            .. key.Items.Select(item => new PairRating
            {
                Item = item.Item,
                First = Rating(overall(item, item.First)),
                Second = Rating(overall(item, item.Second)),
                Preferred = overall(item, item.First) > overall(item, item.Second) ? "first" : overall(item, item.First) < overall(item, item.Second) ? "second" : PairRating.Tie,
            }),
        ],
    };

    private static AnswerRating Rating(int overall) => new() { Language = true, Factuality = 1, Completeness = 2, Overall = overall };
}
