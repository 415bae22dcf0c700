using OlmoSharp.Evaluation.Comparison;
using OlmoSharp.Evaluation.Datasets;
using OlmoSharp.Evaluation.Models;
using OlmoSharp.Evaluation.Requests;
using OlmoSharp.Evaluation.Runs;
using OlmoSharp.Evaluation.Tasks;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.Runs;

public sealed class EvaluationRunTests : IDisposable
{
    private const string Task = "piqa:rc::olmes";
    private readonly TemporaryFolder _folder = new();
    private readonly string _output;

    public EvaluationRunTests()
    {
        _output = System.IO.Path.Combine(_folder.Path, "out");
        _folder.Write(
            "piqa.validation.jsonl",
            """{"goal": "Open a jar", "sol1": "Turn the lid.", "sol2": "Sing.", "label": 0}""",
            """{"goal": "Dry a cup", "sol1": "Wet it.", "sol2": "Rub it with a cloth.", "label": 1}""",
            """{"goal": "Boil water", "sol1": "Heat it.", "sol2": "Sing.", "label": 0}""");
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    /// <summary>By hand: a log-likelihood of −1 for each character makes the shortest choice the best by sum, and all equal by character.</summary>
    [Fact]
    public async Task Scores_are_those_of_hand_counted_likelihoods()
    {
        var results = await RunAsync(new(request => Scored(-request.Continuation!.Length)), Task);
        var task = Assert.Single(results.Tasks);
        // Six of them after "Answer:" alone.
        Assert.Equal(("acc_per_char", 3, 0, 12), (task.Metric, task.Documents, task.Failures, task.Requests));
        // Equal by character: the first choice, which is right twice of three times. s = √(((1/3)²·2 + (2/3)²)/2), divided by √3.
        Assert.Equal(2.0 / 3, task.Score.Mean, 12);
        Assert.Equal(Math.Sqrt(((1.0 / 9 * 2) + (4.0 / 9)) / 2 / 3), task.Score.StandardError!.Value, 12);
        // Lengths with the space: 14 : 6, 8 : 21, 9 : 6, so the sums choose 1, 0, 1, all wrong.
        Assert.Equal(0, task.Metrics["acc_raw"].Mean);
        Assert.Equal(0.5, task.Chance);
        // One nat a character is 1/ln 2 bits a byte.
        Assert.Equal(1 / Math.Log(2), task.Metrics["bits_per_byte_corr"].Mean, 12);
        Assert.Equal([-14.0, -6], EvaluationResults.ReadInstances(_output, Task)[0].LogLikelihoods!);
    }

    [Fact]
    public async Task A_run_that_was_stopped_goes_on_and_asks_nothing_twice()
    {
        var whole = new ScriptedModel(request => Scored(-request.Continuation!.Length));
        await RunAsync(whole, Task);
        var expected = await File.ReadAllTextAsync(Predictions, Cancellation);
        Directory.Delete(_output, recursive: true);

        var model = new ScriptedModel(request => Scored(-request.Continuation!.Length)) { Strength = 2 };
        await Assert.ThrowsAsync<OperationCanceledException>(() => RunAsync(model, Task));
        // A kill within a line.
        var log = Assert.Single(Directory.GetFiles(System.IO.Path.Combine(_output, "requests")));
        await File.AppendAllTextAsync(log, "{\"key\": \"beef", Cancellation);
        model.Strength = int.MaxValue;
        await RunAsync(model, Task);
        Assert.Equal(whole.Asked.Select(RequestKey.Of), model.Asked.Select(RequestKey.Of));
        Assert.Equal(expected, await File.ReadAllTextAsync(Predictions, Cancellation));

        await RunAsync(model, Task);
        Assert.Equal(whole.Asked.Count, model.Asked.Count);
    }

    [Fact]
    public async Task Requests_that_ask_the_same_are_asked_once_and_answer_all()
    {
        _folder.Write(
            "openbookqa__main.test.jsonl",
            """{"id": "1", "question_stem": "Rain falls", "choices": {"text": ["down", "up"], "label": ["A", "B"]}, "answerKey": "A"}""",
            """{"id": "2", "question_stem": "Smoke rises", "choices": {"text": ["down", "up"], "label": ["A", "B"]}, "answerKey": "B"}""");
        var model = new ScriptedModel(request => Scored(request.Continuation == " up" && !request.IsUnconditioned ? -1 : -2));
        var results = await RunAsync(model, "openbookqa:rc::olmes");
        // "Answer:" + " down" and "Answer:" + " up" stand twice among the eight requests.
        Assert.Equal((8, 6), (results.Tasks[0].Requests, model.Asked.Count));
        // " up" gains 1 nat over its unconditioned likelihood, " down" none.
        Assert.Equal(("acc_uncond", 0.5), (results.Tasks[0].Metric, results.Tasks[0].Score.Mean));
    }

    [Fact]
    public async Task Documents_without_an_answer_count_as_wrong_and_are_asked_again()
    {
        var model = new ScriptedModel(request => request.Continuation == " Sing." ? RequestAnswer.Failed("no") : Scored(-1));
        var task = (await RunAsync(model, Task)).Tasks[0];
        Assert.Equal((3, 2), (task.Documents, task.Failures));
        Assert.Equal(3, task.Score.Count);
        // Only the second is answered: −1 for each, 21 characters of the second choice make it the better.
        Assert.Equal(1.0 / 3, task.Score.Mean, 12);
        var again = new ScriptedModel(_ => Scored(-1));
        Assert.Equal(0, (await RunAsync(again, Task)).Tasks[0].Failures);
        Assert.All(again.Asked, request => Assert.Equal(" Sing.", request.Continuation));
    }

    [Fact]
    public async Task The_greater_of_both_forms_is_the_suite_and_means_have_their_errors()
    {
        // Multiple choice: the model always says A, right twice; cloze: the shorter a choice, the better, always wrong by sums, but piqa counts by character.
        var model = new ScriptedModel(request => Scored(request.Continuation == " A" ? -1 : request.Continuation == " B" ? -2 : -request.Continuation!.Length * request.Continuation.Length));
        var results = await RunAsync(model, "piqa::olmes");
        var suite = Assert.Single(results.Suites);
        Assert.Equal((Aggregate.Max, "piqa:mc::olmes"), (suite.Aggregate, suite.Members[0]));
        Assert.Equal(2.0 / 3, suite.Score!.Mean, 12);
        Assert.Equal(results.Tasks.Max(task => task.Score.Mean), suite.Score.Mean);

        Dictionary<string, MetricScore> scores = new() { ["arc_easy:rc::olmes"] = new(0.2, 0.03, 100), ["arc_easy:mc::olmes"] = new(0.6, 0.04, 100) };
        Assert.Equal(0.6, SuiteScorer.Score(TaskCatalog.Load(), "arc_easy::olmes", scores).Single().Score!.Mean);
    }

    /// <summary>What a comparison reads is what the whole lines say, and no damaged line passes.</summary>
    [Fact]
    public async Task A_comparison_reads_of_the_lines_what_it_needs()
    {
        await RunAsync(new(request => Scored(request.Continuation == " Sing." ? double.NegativeInfinity : -request.Continuation!.Length)), Task);
        string[] metrics = ["acc_per_char", "sum_logits_corr", "none"];
        var whole = EvaluationResults.ReadInstances(_output, Task);
        var read = EvaluationResults.ReadInstances(_output, Task, metrics);
        Assert.Equal(whole.Select(Text), read.Select(Text));
        Assert.All(read, instance => Assert.Equal(["acc_per_char", "sum_logits_corr"], instance.Metrics.Keys.Order()));
        foreach (var (line, reason) in new[] { ("{\"document_id\":1", "line 2"), ("[1]", "no object"), ("{\"metrics\":{}}", "no document_id"), ("{\"document_id\":\"a\"}", "line 2"), ("{\"document_id\":1,\"metrics\":{\"acc_per_char\":true}}", "line 2"), ("", "line 2") })
        {
            await File.WriteAllTextAsync(Predictions, $"{{\"document_id\":0,\"metrics\":{{}}}}\n{line}\n", Cancellation);
            Assert.Contains(reason, Assert.Throws<EvaluationException>(() => EvaluationResults.ReadInstances(_output, Task, metrics)).Message, StringComparison.Ordinal);
        }

        string Text(InstanceScore instance) =>
            $"{instance.DocumentId} {instance.NativeId?.GetRawText()} {instance.Label?.GetRawText()} {string.Join(' ', metrics.Where(instance.Metrics.ContainsKey).Select(metric => instance.Metrics[metric]))}";
    }

    [Fact]
    public async Task Models_are_compared_document_by_document()
    {
        await RunAsync(new(request => Scored(-request.Continuation!.Length)), Task);
        var other = System.IO.Path.Combine(_folder.Path, "other");
        // Right each time: it likes what the first does not.
        await RunAsync(new(request => Scored(request.Continuation is " Turn the lid." or " Rub it with a cloth." or " Heat it." ? -1 : -100)) { Identity = new("better", "fedcba9876543210-scripted", "scripted") }, Task, other);
        var comparison = ResultComparison.Of([_output, other], ["OLMoE"]);
        var row = Assert.Single(comparison.Rows);
        var difference = row.Scores[1].Difference!;
        Assert.Equal(1.0 / 3, difference.Difference, 12);
        // One win, no loss: the exact sign test gives 1.
        Assert.Equal((1, 0), (difference.Wins, difference.Losses));
        Assert.Equal(1, difference.P, 12);
        Assert.True(difference.Low < 0 && difference.High > difference.Difference);
        Assert.Empty(comparison.Notes);

        // A task with other settings is not compared.
        await RunAsync(new(request => Scored(-1)), Task, other, "separator=+++");
        comparison = ResultComparison.Of([_output, other], []);
        Assert.Null(comparison.Rows[0].Scores[1].Difference);
        Assert.Contains("asked something else", Assert.Single(comparison.Notes), StringComparison.Ordinal);
    }

    /// <summary>Two tasks with the p-values 1/2 and 1/8: adjusted after Benjamini and Hochberg 1/2 and 1/4, by hand.</summary>
    [Fact]
    public async Task Of_several_tasks_p_values_are_adjusted_for_their_number()
    {
        _folder.Write("piqa.validation.jsonl", [.. Enumerable.Range(0, 6).Select(i => $$"""{"goal": "g{{i}}", "sol1": "right {{i}}.", "sol2": "wrong {{i}}.", "label": 0}""")]);
        _folder.Write("openbookqa__main.test.jsonl", [.. Enumerable.Range(0, 6).Select(i => $$"""{"id": "{{i}}", "question_stem": "q{{i}}", "choices": {"text": ["right {{i}}.", "wrong {{i}}."], "label": ["A", "B"]}, "answerKey": "A"}""")]);
        string[] names = ["piqa:rc::olmes", "openbookqa:rc::olmes"];
        var other = System.IO.Path.Combine(_folder.Path, "other");
        // The first model is wrong on two documents of one task and on four of the other, the second on none.
        await RunAsync(new(request => Scored(request.IsUnconditioned ? -2 : request.Continuation!.StartsWith(" right", StringComparison.Ordinal) == (request.Continuation[^2] - '0' >= (request.Context.StartsWith("Goal", StringComparison.Ordinal) ? 2 : 4)) ? -1 : -2)), names, _output);
        await RunAsync(new(request => Scored(request.Continuation!.StartsWith(" right", StringComparison.Ordinal) && !request.IsUnconditioned ? -1 : -2)) { Identity = new("better", "fedcba9876543210-scripted", "scripted") }, names, other);
        var comparison = ResultComparison.Of([_output, other], []);
        Assert.Equal([(0.5, 0.5), (0.125, 0.25)], comparison.Rows.Select(row => row.Scores[1].Difference!).Select(difference => (Math.Round(difference.P, 12), Math.Round(difference.AdjustedP!.Value, 12))));
        Assert.Contains("2 differences were tested", Assert.Single(comparison.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Published_scores_name_tasks_and_have_sources()
    {
        var scores = PublishedScores.Load().Of("arc_challenge::olmes", ["OLMo-2-1124-7B"]);
        Assert.Contains(scores, score => score.Model == "OLMo-2-1124-7B" && Math.Abs(score.Score - 0.798) < 1e-9 && score.Source.Contains("2501.00656", StringComparison.Ordinal));
        Assert.Equal(0.851, Assert.Single(PublishedScores.Load().Of("gsm8k::tulu", ["OLMo-2-1124-7B-Instruct"])).Score, 9);
        var catalog = TaskCatalog.Load();
        string[] names = ["mmlu:0shot_cot::tulu3", "minerva_math::tulu", "bbh:cot-v1::tulu", "drop::llama3", "codex_humaneval::tulu"];
        Assert.All(names, name => Assert.NotEmpty(catalog.Expand(name)));
    }

    [Fact]
    public async Task A_log_of_something_else_is_refused()
    {
        var model = new ScriptedModel(_ => Scored(-1));
        await RunAsync(model, Task);
        var log = Assert.Single(Directory.GetFiles(System.IO.Path.Combine(_output, "requests")));
        var lines = await File.ReadAllLinesAsync(log, Cancellation);
        await File.WriteAllLinesAsync(log, ["{\"model\":\"other\"}", .. lines.Skip(1)], Cancellation);
        Assert.Contains($"{log}:1", (await Assert.ThrowsAsync<EvaluationException>(() => RunAsync(model, Task))).Message, StringComparison.Ordinal);
        await File.WriteAllLinesAsync(log, [lines[0], "{\"key\": 5}", .. lines.Skip(1)], Cancellation);
        Assert.Contains($"{log}:2", (await Assert.ThrowsAsync<EvaluationException>(() => RunAsync(model, Task))).Message, StringComparison.Ordinal);
    }

    private string Predictions => System.IO.Path.Combine(_output, "predictions", "piqa-rc--olmes.jsonl");

    private static RequestAnswer Scored(double logLikelihood) => new() { LogLikelihood = logLikelihood, ScoredTokens = 1 };

    private Task<EvaluationResults> RunAsync(ScriptedModel model, string name, string? output = null, params string[] overrides) => RunAsync(model, [name], output, overrides);

    private async Task<EvaluationResults> RunAsync(ScriptedModel model, string[] names, string? output = null, params string[] overrides)
    {
        var run = new EvaluationRun(TaskCatalog.Load(), new RequestBuilder(new DatasetFolder(_folder.Path), null)) { Overrides = ["shots=0", .. overrides] };
        return await run.RunAsync(names, run.Build(names), model, output ?? _output, (_, _) => { }, Cancellation);
    }
}
