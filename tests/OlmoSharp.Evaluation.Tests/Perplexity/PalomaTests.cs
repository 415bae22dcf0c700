using OlmoSharp.Evaluation.Comparison;
using OlmoSharp.Evaluation.Datasets;
using OlmoSharp.Evaluation.Requests;
using OlmoSharp.Evaluation.Runs;
using OlmoSharp.Evaluation.Tasks;
using OlmoSharp.Evaluation.Tests.Runs;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.Perplexity;

public sealed class PalomaTests : IDisposable
{
    private static readonly TaskCatalog Catalog = TaskCatalog.Load();
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // The sixteen sources of the dataset's card; test split, bits per byte, plain mean, as OLMES configures them.
    [Fact]
    public void There_is_a_task_for_each_source()
    {
        string[] sources =
        [
            "4chan_meta_sep", "c4_100_domains", "c4_en", "dolma_100_programing_languages", "dolma_100_subreddits", "dolma-v1_5", "falcon-refinedweb", "gab", "m2d2_s2orc_unsplit",
            "m2d2_wikipedia_unsplit", "manosphere_meta_sep", "mc4", "ptb", "redpajama", "twitterAAE_HELM_fixed", "wikitext_103",
        ];
        Assert.Equal(sources.Select(source => $"paloma_{source}::paloma"), Catalog.Expand("paloma::paloma"));
        Assert.Equal(Catalog.Expand("paloma::paloma"), Catalog.Expand("paloma"));
        Assert.Equal(Aggregate.Macro, Catalog.Suites["paloma::paloma"].Aggregate);
        var spec = Catalog.Find("paloma_c4_en::paloma");
        Assert.Equal(("test", "bits_per_byte", 2048, RequestKind.LoglikelihoodRolling), (spec.Split, spec.Metric, spec.MaxLength, spec.Request));
        Assert.Equal("val", Catalog.Find("paloma_c4_en::paloma:val").Split);
        Assert.Equal(16, Catalog.Expand("paloma::paloma:val").Count);
    }

    /// <summary>A split is a folder of files, below the dataset's or in the data folder itself.</summary>
    [Theory]
    [InlineData("paloma/")]
    [InlineData("")]
    [InlineData("some/where/allenai__paloma/")]
    public async Task Its_own_layout_is_read(string where)
    {
        _folder.Write($"{where}c4_100_domains/test/c4_100_domains_5_www.theguardian.com_00000000.jsonl.gz", """{"text": "ab", "id": "x", "source": "c4_100_domains", "subdomain": "5_www.theguardian.com"}""", """{"text": "", "id": "y", "source": "c4_100_domains", "subdomain": "5_www.theguardian.com"}""");
        _folder.Write($"{where}c4_100_domains/test/c4_100_domains_6_other_00000000.jsonl.gz", """{"text": "abcd", "id": "z", "source": "c4_100_domains", "subdomain": "6_other"}""");
        _folder.Write($"{where}c4_100_domains/val/c4_100_domains_6_other_00000000.jsonl.gz", """{"text": "v", "id": "v", "source": "c4_100_domains", "subdomain": "6_other"}""");
        var run = new EvaluationRun(Catalog, new RequestBuilder(new DatasetFolder(_folder.Path), null));
        string[] names = ["paloma_c4_100_domains::paloma"];
        var model = new ScriptedModel(request => new() { LogLikelihood = -3 * request.Context.Length, ScoredTokens = request.Context.Length });
        var results = await run.RunAsync(names, run.Build(names), model, _folder.File("out"), (_, _) => { }, TestContext.Current.CancellationToken);
        Assert.Equal(["c4_100_domains__5_www.theguardian.com", "c4_100_domains__6_other"], results.Perplexity!.Subdomains.Select(group => group.Name));
        Assert.Equal((3, 1), (results.Perplexity.Overall.Documents, results.Perplexity.Overall.Empty));
        Assert.Equal((3 / Math.Log(2), 3), (results.Tasks[0].Score.Mean, results.Tasks[0].Documents));
        Assert.Equal("v", run.Build(["paloma_c4_100_domains::paloma:val"])[0].Documents.Single().NativeId.ToString());
    }

    [Fact]
    public void Two_folders_are_not_clear()
    {
        _folder.Write("a/paloma/ptb/test/x.jsonl", """{"text": "ab"}""");
        _folder.Write("b/paloma/ptb/test/x.jsonl", """{"text": "ab"}""");
        var run = new EvaluationRun(Catalog, new RequestBuilder(new DatasetFolder(_folder.Path), null));
        Assert.Contains("2 folders", Assert.Throws<EvaluationException>(() => run.Build(["paloma_ptb::paloma"])).Message, StringComparison.Ordinal);
        Assert.Contains("paloma_mc4::paloma: no file of split test", Assert.Throws<EvaluationException>(() => run.Build(["paloma_mc4::paloma"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Texts_that_fail_are_counted_and_nothing_but_empty_texts_is_an_error()
    {
        _folder.Write("paloma/ptb/test/x.jsonl", """{"text": "ab"}""", """{"text": "no"}""");
        _folder.Write("paloma/gab/test/x.jsonl", """{"text": ""}""");
        var run = new EvaluationRun(Catalog, new RequestBuilder(new DatasetFolder(_folder.Path), null));
        var model = new ScriptedModel(request => request.Context == "no" ? Evaluation.Models.RequestAnswer.Failed("no") : new() { LogLikelihood = -request.Context.Length, ScoredTokens = request.Context.Length });
        var results = await RunAsync("paloma_ptb::paloma");
        Assert.Equal((2, 1, 1), (results.Tasks[0].Documents, results.Tasks[0].Failures, results.Perplexity!.Overall.Failures));
        Assert.Equal(Math.E, results.Perplexity.Overall.Metrics["ppl_token"].Mean, 12);
        Assert.Contains("none of its 1 texts has a token", (await Assert.ThrowsAsync<EvaluationException>(() => RunAsync("paloma_gab::paloma"))).Message, StringComparison.Ordinal);

        Task<EvaluationResults> RunAsync(string name) => run.RunAsync([name], run.Build([name]), model, _folder.File("out"), (_, _) => { }, TestContext.Current.CancellationToken);
    }

    /// <summary>The difference of two perplexities is that of the scores shown, with the error of a ratio; the sign test's wins go by text.</summary>
    [Fact]
    public async Task Models_are_compared_by_sums_over_sums()
    {
        _folder.Write("paloma/ptb/test/x.jsonl", """{"text": "aaaa"}""", """{"text": "bb"}""", """{"text": "cccccc"}""");
        var first = await RunAsync("first", text => -2.0 * text.Length);
        var second = await RunAsync("second", text => text[0] == 'b' ? -6 : -1.0 * text.Length);
        var difference = ResultComparison.Of([_folder.File("first"), _folder.File("second")], []).Rows[0].Scores[1].Difference!;
        Assert.Equal(second.Tasks[0].Score.Mean - first.Tasks[0].Score.Mean, difference.Difference, 12);
        // By hand, in nats: differences −4, 2, −6 over 4, 2 and 6 bytes; R = −8/12; residuals −4/3, 10/3, −2; s² = 3/2 · Σ = 25.33.
        Assert.Equal(-8.0 / 12 / Math.Log(2), difference.Difference, 12);
        var error = Math.Sqrt(1.5 * ((16.0 / 9) + (100.0 / 9) + 4)) / 12 / Math.Log(2);
        // Student's t of 2 degrees at 97.5 %.
        Assert.Equal(difference.Difference - (4.302652729911275 * error), difference.Low, 9);
        Assert.Equal((2, 1), (difference.Wins, difference.Losses));

        async Task<EvaluationResults> RunAsync(string output, Func<string, double> likelihood)
        {
            var run = new EvaluationRun(Catalog, new RequestBuilder(new DatasetFolder(_folder.Path), null));
            string[] names = ["paloma_ptb::paloma"];
            var model = new ScriptedModel(request => new() { LogLikelihood = likelihood(request.Context), ScoredTokens = request.Context.Length }) { Identity = new(output, output.PadRight(20, 'x'), "scripted") };
            return await run.RunAsync(names, run.Build(names), model, _folder.File(output), (_, _) => { }, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task A_text_that_the_model_holds_impossible_makes_the_whole_infinite()
    {
        _folder.Write("paloma/ptb/test/x.jsonl", """{"text": "ab"}""", """{"text": "no"}""");
        var run = new EvaluationRun(Catalog, new RequestBuilder(new DatasetFolder(_folder.Path), null));
        string[] names = ["paloma_ptb::paloma"];
        var model = new ScriptedModel(request => new() { LogLikelihood = request.Context == "no" ? double.NegativeInfinity : -2, ScoredTokens = 2 });
        var results = await run.RunAsync(names, run.Build(names), model, _folder.File("out"), (_, _) => { }, TestContext.Current.CancellationToken);
        Assert.Equal((double.PositiveInfinity, null), (results.Tasks[0].Score.Mean, results.Tasks[0].Score.StandardError));
        Assert.Equal(double.PositiveInfinity, EvaluationResults.Read(_folder.File("out")).Perplexity!.Overall.Metrics["ppl_word"].Mean);
    }
}
