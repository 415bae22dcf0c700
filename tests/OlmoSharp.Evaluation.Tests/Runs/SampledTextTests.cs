using OlmoSharp.Evaluation.Datasets;
using OlmoSharp.Evaluation.Requests;
using OlmoSharp.Evaluation.Runs;
using OlmoSharp.Evaluation.Tasks;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.Runs;

public sealed class SampledTextTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Four samples: 5 and 5.0 are not the same to GSM8K, so that 7 has two votes, 5 has one, and 5.0 one.</summary>
    [Fact]
    public async Task Several_samples_have_pass_and_majority_for_every_k()
    {
        _folder.Write("gsm8k.test.jsonl", """{"question": "2 + 3?", "answer": "Easy. #### 5"}""", """{"question": "2 + 5?", "answer": "#### 7"}""");
        string[] samples = ["It is 7.", "So 5", "7", "It is 5.0 then"];
        var task = await RunAsync("gsm8k::olmes", request => samples[request.Index], "shots=0", "generation.repeats=4", "generation.temperature=0.8");
        Assert.Equal((2, 8), (task.Documents, task.Requests));
        // Of the first document one sample in four is right, of the second two.
        Assert.Equal(3.0 / 8, task.Metrics["exact_match"].Mean, 12);
        Assert.Equal(3.0 / 8, task.Metrics["pass_at_1"].Mean, 12);
        // 1 − C(3, 2)/C(4, 2) and 1 − C(2, 2)/C(4, 2).
        Assert.Equal(((1 - (3.0 / 6)) + (1 - (1.0 / 6))) / 2, task.Metrics["pass_at_2"].Mean, 12);
        Assert.Equal(1, task.Metrics["pass_at_4"].Mean, 12);
        Assert.Equal(3.0 / 8, task.Metrics["maj_at_1"].Mean, 12);
        // Of two samples the first counts, unless both agree: 1/4 and 1/2 again.
        Assert.Equal(3.0 / 8, task.Metrics["maj_at_2"].Mean, 12);
        Assert.Equal(0.5, task.Metrics["maj_at_4"].Mean, 12);
        Assert.Equal("exact_match", task.Metric);
        Assert.Equal("maj_at_4", (await RunAsync("gsm8k::olmes", request => samples[request.Index], "shots=0", "generation.repeats=4", "generation.temperature=0.8", "metric=maj_at_4")).Metric);
    }

    /// <summary>The first document's F1 is 0 and 1, the second's neither: a share of the first alone would be of a chosen few.</summary>
    [Fact]
    public async Task F1_has_no_pass_at_k_whatever_its_values_are()
    {
        _folder.Write("nq_open.validation.jsonl", """{"question": "who?", "answer": ["red cat"]}""", """{"question": "what?", "answer": ["blue old dog"]}""");
        string[] samples = ["red cat", "blue dog"];
        var task = await RunAsync("naturalqs::olmes:full", request => samples[request.Index], "shots=0", "generation.repeats=2", "generation.temperature=0.8");
        Assert.Equal("f1", task.Metric);
        Assert.InRange(task.Score.Mean, 0.26, 0.74);
        Assert.DoesNotContain(task.Metrics.Keys, name => name.StartsWith("pass_at", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Equal_formulas_vote_together()
    {
        _folder.Write("math.test.jsonl", """{"problem": "Half?", "solution": "It is $\\boxed{\\frac12}$.", "type": "Algebra"}""");
        string[] samples = ["$\\boxed{3}$", "$\\boxed{0.5}$", "$\\boxed{\\frac{1}{2}}$", "$\\boxed{3}$", "$\\boxed{\\frac{2}{4}}$"];
        var task = await RunAsync("minerva_math_algebra::tulu", request => samples[request.Index], "shots=0", "generation.repeats=5", "generation.temperature=1");
        Assert.Equal(0.6, task.Metrics["exact_match_flex"].Mean, 12);
        Assert.Equal(1, task.Metrics["maj_at_5"].Mean, 12);
        // Of four samples: C(3, 2) choices have both 3s and two right ones, and are even; the other two have three right ones.
        Assert.Equal((2 + (3 * 0.5)) / 5, task.Metrics["maj_at_4"].Mean, 12);
    }

    [Theory]
    [InlineData("So it is -5.", "#### 5", 1, 0)]
    [InlineData("So it is 5.", "#### -5", 1, 0)]
    [InlineData("So it is -5.", "#### -5", 1, 1)]
    [InlineData("So it is 10-5.", "#### 5", 1, 1)]
    public async Task The_sign_of_integers_counts_only_without_compat(string text, string gold, double kept, double right)
    {
        _folder.Write("gsm8k.test.jsonl", $$"""{"question": "?", "answer": "Hm. {{gold}}"}""");
        Assert.Equal(kept, (await RunAsync("gsm8k::olmes", _ => text, "shots=0")).Score.Mean);
        Assert.Equal(right, (await RunAsync("gsm8k::olmes", _ => text, "shots=0", "compat=[]")).Score.Mean);
    }

    [Theory]
    [InlineData("It must be B", 0, 1)]
    [InlineData("So the answer is (B).", 1, 1)]
    [InlineData("It must be A", 0, 0)]
    public async Task A_lone_letter_counts_only_without_compat(string text, double kept, double right)
    {
        await File.WriteAllTextAsync(System.IO.Path.Combine(_folder.Path, "bbh__snarks.test.jsonl"), """{"input": "Which?", "target": "(B)"}""" + "\n", TestContext.Current.CancellationToken);
        Assert.Equal(kept, (await RunAsync("bbh_snarks:cot-v1::olmes", _ => text, "shots=0")).Score.Mean);
        Assert.Equal(right, (await RunAsync("bbh_snarks:cot-v1::olmes", _ => text, "shots=0", "compat=[]")).Score.Mean);
    }

    private async Task<TaskResult> RunAsync(string name, Func<EvaluationRequest, string> answer, params string[] settings)
    {
        var run = new EvaluationRun(TaskCatalog.Load(), new RequestBuilder(new DatasetFolder(_folder.Path), null)) { Overrides = settings };
        string[] names = [name];
        var model = new ScriptedModel(request => new() { Text = answer(request) });
        var output = System.IO.Path.Combine(_folder.Path, "out" + Guid.NewGuid().ToString("N"));
        return (await run.RunAsync(names, run.Build(names), model, output, (_, _) => { }, TestContext.Current.CancellationToken)).Tasks[0];
    }
}
