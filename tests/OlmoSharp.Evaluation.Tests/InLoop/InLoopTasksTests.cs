using System.Text.Json;
using OlmoSharp.Evaluation.Datasets;
using OlmoSharp.Evaluation.InLoop;
using OlmoSharp.Evaluation.Models;
using OlmoSharp.Evaluation.Requests;
using OlmoSharp.Evaluation.Runs;
using OlmoSharp.Evaluation.Tasks;
using OlmoSharp.Inference.Engines;
using OlmoSharp.Models;
using OlmoSharp.Models.HuggingFace;
using OlmoSharp.Models.Tests;
using OlmoSharp.Tokenization;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.InLoop;

public sealed class InLoopTasksTests : IDisposable
{
    private const int ContextLength = 96;

    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _further = new();
    private readonly Tokenizer _tokenizer = BpeTrainer.Train(["Goal: Open a jar\nAnswer: Turn the lid. Rub it with a cloth.\n\nQuestion: Heat it and sing.\n"], new BpeTrainerOptions { VocabularySize = 300, MinFrequency = 1 });
    private readonly string _model;

    public InLoopTasksTests()
    {
        _model = System.IO.Path.Combine(_folder.Path, "model");
        Directory.CreateDirectory(_model);
        _tokenizer.Save(System.IO.Path.Combine(_model, "tokenizer.json"));
        using var model = SampleModels.Random(new ModelConfig { VocabularySize = _tokenizer.VocabularySize, HiddenSize = 32, IntermediateSize = 48, Layers = 2, Heads = 4, KeyValueHeads = 2, ContextLength = ContextLength }, 3);
        ModelFolder.Save(model, _model);
        string[] goals = ["Open a jar", "Dry a cup", "Boil water", "Sing a song", "Warm a room", "Clean a window", "Find a shoe", "Peel an apple"];
        _folder.Write("piqa.validation.jsonl", [.. goals.Select((goal, i) => $$"""{"goal": "{{goal}}", "sol1": "Turn the lid {{i}} times.", "sol2": "Rub it with cloth number {{i * i}}.", "label": {{i % 2}}}""")]);
        _further.Write("lambada.test.jsonl", """{"text": "He opened the jar and turned the lid"}""", """{"text": "She dried the cup with a cloth"}""");
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _folder.Dispose();
        _further.Dispose();
    }

    /// <summary>The model in memory against what <c>olmo eval run</c> says of its folder: on libtorch to 1e-5, on the native engine nearly.</summary>
    [Theory]
    [InlineData("piqa_rc_0shot", 0)]
    [InlineData("piqa_rc_0shot", 5)]
    [InlineData("piqa:mc::olmes", 3)]
    [InlineData("piqa:rc:bpb::olmes", 0)]
    [InlineData("lambada_bpb_0shot", 0)]
    public async Task A_model_in_memory_scores_as_its_folder_does(string name, int limit)
    {
        var (options, fewshot) = Options(limit, name);
        using var live = ModelFolder.Load(_model);
        live.Parameters.EnableGradients();
        var tasks = InLoopTasks.Prepare(options, _tokenizer, ContextLength);
        var (task, result, instances, _) = Assert.Single(await tasks.RunAsync(live, Cancellation));
        Assert.Equal(name, task.Label);
        foreach (var (engine, tolerance) in new[] { (EngineKind.Torch, 1e-5), (EngineKind.Native, 1e-3) })
        {
            var data = name.StartsWith("lambada", StringComparison.Ordinal) ? _further : _folder;
            var run = new EvaluationRun(TaskCatalog.Load(), new RequestBuilder(new DatasetFolder(data.Path), FewshotFile.Read(fewshot))) { Overrides = limit == 0 ? [] : [$"limit={limit}"] };
            await using var saved = LocalModel.Load(_model, engine);
            var output = System.IO.Path.Combine(_folder.Path, $"out-{engine}");
            var expected = (await run.RunAsync([name], run.Build([name]), saved, output, (_, _) => { }, Cancellation)).Tasks[0];
            Assert.Equal((expected.Hash, expected.Metric, expected.Documents, expected.Failures), (result.Hash, result.Metric, result.Documents, result.Failures));
            Assert.Equal(limit > 0 ? limit : result.Documents, result.Documents);
            Assert.Equal(expected.Metrics.Keys.Order(), result.Metrics.Keys.Order());
            Assert.Equal(expected.Metrics.Where(pair => pair.Key.StartsWith("acc", StringComparison.Ordinal)).Select(pair => pair.Value), result.Metrics.Where(pair => pair.Key.StartsWith("acc", StringComparison.Ordinal)).Select(pair => pair.Value));
            Assert.All(expected.Metrics, pair => Assert.Equal(pair.Value.Mean, result.Metrics[pair.Key].Mean, tolerance));
            var predictions = File.ReadLines(Directory.GetFiles(System.IO.Path.Combine(output, "predictions"))[0]).Select(line => JsonDocument.Parse(line).RootElement).ToList();
            foreach (var (line, instance) in predictions.Zip(instances).Where(pair => pair.Second.LogLikelihoods is not null))
            {
                Assert.All(line.GetProperty("log_likelihoods").EnumerateArray().Zip(instance.LogLikelihoods!), pair => Assert.Equal(pair.First.GetDouble(), pair.Second, tolerance));
            }
        }

        // The figures of the log are those metrics, under OLMo-core's names.
        var figures = tasks.Evaluate(live, Cancellation);
        Assert.Equal(result.Score.Mean, figures[task.Figure]);
        Assert.Equal(result.Score.StandardError, figures[$"eval/downstream/{name} (standard error)"]);
        if (result.Metrics.TryGetValue("acc_raw", out var accuracy))
        {
            Assert.Equal(accuracy.Mean, figures[$"eval/downstream/{name} (accuracy v2)"]);
            Assert.Equal(result.Metrics["acc_per_char"].Mean, figures[$"eval/downstream/{name} (length-normalized accuracy v2)"]);
            Assert.Equal(result.Metrics["bits_per_byte_corr"].Mean, figures[$"eval/downstream/{name} (BPB v2)"]);
            Assert.Equal(-result.Metrics["logits_per_char_corr"].Mean, figures[$"eval/downstream/{name} (CE loss v2)"]);
        }
        else
        {
            Assert.Equal(result.Metrics["bits_per_byte"].Mean, figures[$"eval/downstream/{name} (BPB v2)"]);
        }

        Assert.InRange(figures["eval_duration"], figures[$"eval_duration/{name}"], double.MaxValue);
    }

    [Fact]
    public void A_suite_is_its_members_and_its_own_score()
    {
        var tasks = InLoopTasks.Prepare(Options(0, "piqa::olmes", "piqa_rc_0shot").Options, _tokenizer, ContextLength);
        Assert.Equal(["piqa:mc::olmes", "piqa:rc::olmes", "piqa_rc_0shot"], tasks.Tasks.Select(task => task.Label));
        using var live = ModelFolder.Load(_model);
        var figures = tasks.Evaluate(live, Cancellation);
        Assert.Equal(
            Math.Max(figures["eval/downstream/piqa:mc::olmes (accuracy v2)"], figures["eval/downstream/piqa:rc::olmes (length-normalized accuracy v2)"]),
            figures["eval/downstream/piqa::olmes (score)"]);
        Assert.All(tasks.Tasks, task => Assert.Equal(0.5, task.Chance));
        // Five examples and a question are longer than 96 tokens.
        Assert.Contains(tasks.Notes, note => note.StartsWith("piqa:mc::olmes: 16 of 16 requests are longer", StringComparison.Ordinal));

        var file = System.IO.Path.Combine(_folder.Path, "tasks.json");
        tasks.Save(file);
        using var saved = JsonDocument.Parse(File.ReadAllBytes(file));
        var first = saved.RootElement[0];
        Assert.Equal("eval/downstream/piqa:mc::olmes (accuracy v2)", first.GetProperty("figure").GetString());
        Assert.Equal((8, 0.5, true), (first.GetProperty("documents").GetInt32(), first.GetProperty("chance").GetDouble(), first.GetProperty("is_higher_better").GetBoolean()));
    }

    [Fact]
    public void What_cannot_be_evaluated_shows_before_training()
    {
        Refused("did you mean piqa_rc_0shot?", "piqa_rc_0shto");
        Refused("no file of split validation", "arc_easy_rc_0shot");
        Refused("alpaca_eval_v2::tulu", "alpaca_eval_v2::tulu");
        Assert.Contains("evaluation.data", Assert.Throws<EvaluationException>(() => InLoopTasks.Prepare(new InLoopOptions { Names = ["piqa_rc_0shot"] }, _tokenizer, ContextLength)).Message, StringComparison.Ordinal);
        // No continuation fits beside a context.
        Assert.Contains("none of its 8 documents", Assert.Throws<EvaluationException>(() => InLoopTasks.Prepare(Options(0, "piqa_rc_0shot").Options, _tokenizer, 3)).Message, StringComparison.Ordinal);

        void Refused(string reason, params string[] names) =>
            Assert.Contains(reason, Assert.Throws<EvaluationException>(() => InLoopTasks.Prepare(Options(0, names).Options, _tokenizer, ContextLength)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("acc_raw", "accuracy v2", true)]
    [InlineData("bits_per_byte", "BPB v2", false)]
    [InlineData("logits_per_char", "CE loss v2", false)]
    [InlineData("sum_logits", "sum_logits_corr", true)]
    public async Task The_score_has_the_name_and_direction_of_its_figure_and_what_has_no_answer_is_said(string metric, string kind, bool isHigherBetter)
    {
        var tasks = InLoopTasks.Prepare(Jars(metric), _tokenizer, ContextLength);
        var task = Assert.Single(tasks.Tasks);
        Assert.Equal(($"eval/downstream/jars ({kind})", isHigherBetter, 1), (task.Figure, task.IsHigherBetter, task.Failures));
        Assert.StartsWith("jars: 1 of 4 documents cannot be answered", Assert.Single(tasks.Notes), StringComparison.Ordinal);
        using var live = ModelFolder.Load(_model);
        var figures = tasks.Evaluate(live, Cancellation);
        var (_, result, _, _) = Assert.Single(await tasks.RunAsync(live, Cancellation));
        Assert.Equal(kind == "CE loss v2" ? -result.Score.Mean : result.Score.Mean, figures[task.Figure]);
        Assert.Equal((1, 1.0), (result.Failures, figures["eval/downstream/jars (failures)"]));
        var file = System.IO.Path.Combine(_further.Path, "tasks.json");
        tasks.Save(file);
        using var saved = JsonDocument.Parse(File.ReadAllBytes(file));
        Assert.Equal(1, saved.RootElement[0].GetProperty("failures").GetInt32());
    }

    [Fact]
    public void What_can_never_be_scored_shows_before_training()
    {
        Assert.Contains("its metric is f1, but answers are scored by acc_per_byte", Assert.Throws<EvaluationException>(() => InLoopTasks.Prepare(Jars("f1"), _tokenizer, ContextLength)).Message, StringComparison.Ordinal);

        // An answer of gsm8k has 512 tokens.
        var options = Sums();
        foreach (var refused in new Action[] { () => InLoopTasks.Prepare(options, _tokenizer, 512), () => InLoopTasks.Check(options, 512) })
        {
            Assert.Contains("gsm8k::olmes: an answer of 512 tokens leaves no room for a prompt in 512", Assert.Throws<EvaluationException>(refused).Message, StringComparison.Ordinal);
        }

        InLoopTasks.Check(options, 600);
        var task = Assert.Single(InLoopTasks.Prepare(options, _tokenizer, 600).Tasks);
        Assert.Equal(("eval/downstream/gsm8k::olmes (exact_match)", 0, 1), (task.Figure, task.Failures, task.Truncated));
        Assert.Contains("only a judge", Assert.Throws<EvaluationException>(() => InLoopTasks.Check(Judged(), 4096)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_in_memory_counts_what_it_computes()
    {
        var task = InLoopTasks.Prepare(Options(0, "piqa_rc_0shot").Options, _tokenizer, ContextLength).Tasks[0].Task;
        using var model = ModelFolder.Load(_model);
        await using var live = LocalModel.Of(model, _tokenizer, "live");
        await live.AnswerAsync(task.Spec, task.Requests, (_, _) => { }, Cancellation);
        Assert.InRange(live.TokensComputed, 1, long.MaxValue);
        Assert.InRange(live.TokensAsked, 1, long.MaxValue);
    }

    [Fact]
    public void A_cancelled_evaluation_gives_no_figures()
    {
        using var live = ModelFolder.Load(_model);
        var tasks = InLoopTasks.Prepare(Options(0, "piqa_rc_0shot").Options, _tokenizer, ContextLength);
        Assert.Throws<OperationCanceledException>(() => tasks.Evaluate(live, new CancellationToken(canceled: true)));
        Assert.NotEmpty(tasks.Evaluate(live, Cancellation));
    }

    /// <summary>Questions of a task file of its own; a choice of the last is longer than the context.</summary>
    private InLoopOptions Jars(string metric)
    {
        _further.Write("tasks/jars.yaml", $$"""
            task: jars
            description: What to do with a jar
            dataset: {name: [jars]}
            split: test
            native_id: "{id}"
            layouts:
            - when: [question, choices, answer]
              question: "{question}"
              choices: "{choices}"
              gold: "{answer}"
            variants:
              "": {prompt: "{@question}", continuation: " {@choice}", metric: {{metric}}}
            regimes:
              mine: {aliases: ["{task}"]}
            """);
        var tooLong = string.Concat(Enumerable.Repeat("Sing. ", 100));
        _further.Write("jars.test.jsonl", [.. Enumerable.Range(0, 4).Select(i => $$"""{"id": "{{i}}", "question": "Open jar {{i}}", "choices": ["Turn the lid", "{{(i == 3 ? tooLong : "Heat it")}}"], "answer": {{i % 2}}}""")]);
        return new InLoopOptions { Names = ["jars"], Data = [_further.Path], TaskFiles = System.IO.Path.Combine(_further.Path, "tasks") };
    }

    private InLoopOptions Sums()
    {
        static string Row(int i) => $$"""{"question": "What is {{i}} and 1?", "answer": "It is {{i + 1}}.\n#### {{i + 1}}"}""";
        _further.Write("gsm8k.test.jsonl", Row(20));
        var fewshot = _further.Write("examples/sums.json", $$"""{"STD:GSM8k": [{{string.Join(", ", Enumerable.Range(0, 8).Select(Row))}}]}""");
        return new InLoopOptions { Names = ["gsm8k::olmes"], Data = [_further.Path], Fewshot = fewshot };
    }

    private InLoopOptions Judged()
    {
        _further.Write("alpaca_eval.eval.jsonl", """{"instruction": "Open the jar", "output": "Turn the lid", "generator": "x", "dataset": "y"}""");
        return new InLoopOptions { Names = ["alpaca_eval_v2::tulu"], Data = [_further.Path] };
    }

    private (InLoopOptions Options, string Fewshot) Options(int limit, params string[] names)
    {
        var shots = string.Join(", ", Enumerable.Range(0, 7).Select(i => $$"""{"goal": "Wash {{i}} cups", "sol1": "Use water.", "sol2": "Use sand.", "label": 0}"""));
        var fewshot = _folder.Write("examples/shots.json", $$"""{"OLMES:piqa": [{{shots}}]}""");
        return (new InLoopOptions { Names = names, Data = [_further.Path, _folder.Path], Fewshot = fewshot, Limit = limit }, fewshot);
    }
}
