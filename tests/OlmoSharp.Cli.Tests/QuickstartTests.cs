using System.Text.Json;
using Xunit;

namespace OlmoSharp.Cli.Tests;

/// <summary>The commands from text to answers, one after another on a small text of the test's own.</summary>
public sealed class QuickstartTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Smoke_makes_a_model_that_generates_and_a_report_and_goes_on_after_all_is_done()
    {
        var text = _folder.CreateSubdirectory("recipes");
        WriteText(text.FullName, files: 640);
        var run = Path.Combine(_folder.FullName, "run");

        var evaluationData = _folder.CreateSubdirectory("eval-data").FullName;
        await File.WriteAllLinesAsync(
            Path.Combine(evaluationData, "piqa.validation.jsonl"),
            Enumerable.Range(0, 9).Select(i => $$"""{"goal": "Boil the water {{i}} times", "sol1": "Take the milk.", "sol2": "Warm the {{i}} onions slowly.{{(i == 8 ? string.Concat(Enumerable.Repeat(" Stir them 12345 times.", 60)) : "")}}", "label": {{i % 2}}}"""),
            TestContext.Current.CancellationToken);
        var misnamed = await CommandLineRun.Of("quickstart", "--smoke", "--text", text.FullName, "--run", run, "--eval-data", evaluationData, "--eval-tasks", "piqa_rc_0shto");
        Assert.Equal("error: there is no task piqa_rc_0shto; did you mean piqa_rc_0shot?", misnamed.Error.Trim());
        var missing = await CommandLineRun.Of("quickstart", "--smoke", "--text", text.FullName, "--run", run, "--eval-data", evaluationData, "--eval-tasks", "arc_easy_rc_0shot");
        Assert.Contains("no file of split validation", missing.Error, StringComparison.Ordinal);
        // Its answers are longer than a context of 128 tokens.
        static string Sum(int i) => $$"""{"question": "What is {{i}} and 1?", "answer": "It is {{i + 1}}.\n#### {{i + 1}}"}""";
        await File.WriteAllTextAsync(Path.Combine(evaluationData, "gsm8k.test.jsonl"), Sum(20) + "\n", TestContext.Current.CancellationToken);
        var shots = Path.Combine(_folder.FullName, "shots.json");
        await File.WriteAllTextAsync(shots, $$"""{"STD:GSM8k": [{{string.Join(", ", Enumerable.Range(0, 8).Select(Sum))}}]}""", TestContext.Current.CancellationToken);
        var unfit = await CommandLineRun.Of("quickstart", "--smoke", "--text", text.FullName, "--run", run, "--eval-data", evaluationData, "--eval-tasks", "gsm8k::olmes", "--eval-fewshot", shots);
        Assert.Contains("gsm8k::olmes: an answer of 512 tokens leaves no room for a prompt in 128", unfit.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(run));

        var made = await CommandLineRun.Of("quickstart", "--smoke", "--text", text.FullName, "--run", run, "--eval-data", evaluationData);
        Assert.True(made.ExitCode == ExitCode.Success, made.Error);
        Assert.Contains("piqa_rc_0shot: 1 of 9 documents cannot be answered", made.Error, StringComparison.Ordinal);
        using var results = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(run, "results.json"), TestContext.Current.CancellationToken));
        var heldOut = results.RootElement.GetProperty("held_out").EnumerateArray()
            .ToDictionary(result => result.GetProperty("name").GetString()!, result => result.GetProperty("bits_per_byte").GetProperty("all").GetDouble());
        Assert.Equal(
            ["annealed (42)", "annealed (666)", "byte 5-gram", "pretrained", "soup"],
            heldOut.Keys.Order(StringComparer.Ordinal));
        // An untrained model of 1,024 ids needs at least 10 bits a token, which is more than 3 bits a byte of such text.
        Assert.All(heldOut.Values, bits => Assert.InRange(bits, 0.1, 8));
        Assert.Equal(results.RootElement.GetProperty("parameters").GetInt64(), results.RootElement.GetProperty("active_parameters").GetInt64());
        var report = await File.ReadAllTextAsync(Path.Combine(run, "report.html"), TestContext.Current.CancellationToken);
        Assert.Contains("<svg", report, StringComparison.Ordinal);
        Assert.DoesNotContain("Load of every expert", report, StringComparison.Ordinal);
        await CheckTasksAsync(run, results.RootElement, report);

        var generated = await CommandLineRun.Of(
            "generate", "--model", Path.Combine(run, "soup"), "--prompt", "Take the", "--temperature", "0", "--max-tokens", "8", "--json");
        using var answer = JsonDocument.Parse(generated.Output);
        Assert.Equal("Take the", answer.RootElement.GetProperty("prompt").GetString());
        var byTorch = await CommandLineRun.Of(
            "generate", "--model", Path.Combine(run, "soup"), "--prompt", "Take the", "--temperature", "0", "--max-tokens", "8", "--json", "--engine", "torch");
        Assert.Equal(generated.Output, byTorch.Output);

        var inspected = await CommandLineRun.Of("train", "inspect", Path.Combine(run, "pretraining.yaml"), "--step", "3", "--json");
        using var step = JsonDocument.Parse(inspected.Output);
        Assert.All(step.RootElement.EnumerateArray(), row => Assert.Equal("recipes", row.GetProperty("source").GetString()));
        Assert.Equal(4 * 128, step.RootElement.EnumerateArray().Sum(row => row.GetProperty("tokens").GetInt32()));

        var refused = await CommandLineRun.Of("quickstart", "--smoke", "--text", text.FullName, "--run", run);
        Assert.Equal(ExitCode.Failure, refused.ExitCode);
        Assert.Matches("^error: .*is there already; go on with --resume, .*\n$", refused.Error);

        var weights = Path.Combine(run, "soup", "model.safetensors");
        var before = File.GetLastWriteTimeUtc(weights);
        var resumed = await CommandLineRun.Of("quickstart", "--smoke", "--text", text.FullName, "--run", run, "--resume", "--eval-data", evaluationData);
        Assert.True(resumed.ExitCode == ExitCode.Success, resumed.Error);
        Assert.Equal(before, File.GetLastWriteTimeUtc(weights));
    }

    /// <summary>The tasks of the corpus and of the folder of data: in the results and the report, during training, and asked again by <c>olmo eval run</c>.</summary>
    private static async Task CheckTasksAsync(string run, JsonElement results, string report)
    {
        Assert.Equal(["arc_easy_rc_0shot", "copa_rc_0shot", "winogrande_rc_0shot"], results.GetProperty("tasks_left_out").EnumerateArray().Select(name => name.GetString()).Order(StringComparer.Ordinal));
        var tasks = results.GetProperty("tasks").EnumerateArray().ToList();
        Assert.Equal(["corpus_continuation::quickstart", "piqa:rc::inloop_0shot"], tasks.Select(task => task.GetProperty("name").GetString()));
        Assert.Equal([0.25, 0.5], tasks.Select(task => task.GetProperty("chance").GetDouble()));
        Assert.Equal([(20, 0), (9, 1)], tasks.Select(task => (task.GetProperty("documents").GetInt32(), task.GetProperty("failures").GetInt32())));
        Assert.All(tasks, task => Assert.Equal(["pretrained", "annealed (42)", "annealed (666)", "soup"], task.GetProperty("scores").EnumerateArray().Select(score => score.GetProperty("model").GetString())));
        Assert.Contains("Scores on tasks", report, StringComparison.Ordinal);
        Assert.Contains("no answer", report, StringComparison.Ordinal);
        Assert.Contains("olmo eval run corpus_continuation::quickstart --set limit=20 ", report, StringComparison.Ordinal);
        Assert.Contains("has no data of them that serves: arc_easy_rc_0shot", report, StringComparison.Ordinal);

        // Four times in pretraining; once at the end of each annealing.
        var evaluated = Logged(Path.Combine(run, "pretraining")).Where(line => line.TryGetProperty("eval/downstream/corpus_continuation (length-normalized accuracy v2)", out _)).ToList();
        Assert.Equal([10, 20, 30, 40], evaluated.Select(line => line.GetProperty("step").GetInt32()));
        Assert.Single(Logged(Path.Combine(run, "annealing-42")), line => line.TryGetProperty("eval/downstream/piqa_rc_0shot (length-normalized accuracy v2)", out _));

        // The last score of the model in memory is that of its checkpoint on libtorch; the native engine gave the one of the results.
        var output = Path.Combine(run, "again");
        var again = await CommandLineRun.Of(
            "eval", "run", "corpus_continuation", "--set", "limit=20", "--tasks", Path.Combine(run, "tasks"), "--data", Path.Combine(run, "tasks"),
            "--model", Path.Combine(run, "pretraining", "checkpoints", "step-00000040"), "--engine", "torch", "-o", output);
        Assert.True(again.ExitCode == ExitCode.Success, again.Error);
        using var scored = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(output, "results.json"), TestContext.Current.CancellationToken));
        var metrics = scored.RootElement.GetProperty("tasks")[0].GetProperty("metrics");
        using var first = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(run, "evaluation", "pretrained", "results.json"), TestContext.Current.CancellationToken));
        Assert.Equal(first.RootElement.GetProperty("tasks")[0].GetProperty("hash").GetString(), scored.RootElement.GetProperty("tasks")[0].GetProperty("hash").GetString());
        Assert.Equal(metrics.GetProperty("acc_per_char").GetProperty("mean").GetDouble(), Figure("length-normalized accuracy v2"));
        Assert.Equal(metrics.GetProperty("bits_per_byte_corr").GetProperty("mean").GetDouble(), Figure("BPB v2"), 1e-5);
        Assert.Equal(tasks[0].GetProperty("scores")[0].GetProperty("score").GetDouble(), Figure("length-normalized accuracy v2"), 0.11);

        // Evaluating leaves the weights as they are, bit by bit.
        string[] train = ["train", Path.Combine(run, "pretraining.yaml"), "--set", "steps=6", "--set", "schedule.warmup_steps=1", "--set", "evaluation.on_startup=true"];
        var (with, without) = (Path.Combine(run, "with"), Path.Combine(run, "without"));
        string[] evaluating = [.. train, "--set", $"run={with}", "--set", "evaluation.every=3", "--set", "evaluation.tasks_every=1"];
        Assert.Equal(ExitCode.Success, (await CommandLineRun.Of(evaluating)).ExitCode);
        Assert.Equal(ExitCode.Success, (await CommandLineRun.Of([.. train, "--set", $"run={without}", "--set", "evaluation.tasks=[]"])).ExitCode);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6], Logged(with).Where(line => line.TryGetProperty("eval_duration", out _)).Select(line => line.GetProperty("step").GetInt32()));
        Assert.Equal([0, 3, 6], Logged(with).Where(line => line.TryGetProperty("heldout/all/loss", out _)).Select(line => line.GetProperty("step").GetInt32()));
        Assert.DoesNotContain(Logged(without), line => line.TryGetProperty("eval_duration", out _));
        var weights = Path.Combine("checkpoints", "step-00000006", "model.safetensors");
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(without, weights)), await File.ReadAllBytesAsync(Path.Combine(with, weights)));

        await CheckStopsAsync(evaluating, with);

        // A name that is not known is an error before anything is made.
        var wrong = await CommandLineRun.Of([.. train, "--set", $"run={with}-2", "--set", "evaluation.tasks=[corpus_continuatoin]"]);
        Assert.Equal("error: there is no task corpus_continuatoin; did you mean corpus_continuation?", wrong.Error.Trim());
        Assert.False(Directory.Exists($"{with}-2"));

        double Figure(string kind) => evaluated[^1].GetProperty($"eval/downstream/corpus_continuation ({kind})").GetDouble();
    }

    /// <summary>Ctrl-C before the first step, and during the evaluation after the last one.</summary>
    private static async Task CheckStopsAsync(string[] train, string run)
    {
        var stopped = new CancellationToken(canceled: true);
        var early = await CommandLineRun.Of(new RootOlmoCommand(), stopped, [.. train, "--set", $"run={run}-3"]);
        Assert.Equal(ExitCode.Cancelled, early.ExitCode);
        Assert.Contains("Stopped after step 0 of 6; no checkpoint yet. Go on with --resume.", early.Error, StringComparison.Ordinal);

        // The log as it is when the last evaluation was stopped.
        var log = Path.Combine(run, "metrics.jsonl");
        var lines = await File.ReadAllLinesAsync(log, TestContext.Current.CancellationToken);
        var last = System.Text.Json.Nodes.JsonNode.Parse(lines[^1])!.AsObject();
        last.Where(figure => figure.Key.StartsWith("eval", StringComparison.Ordinal)).Select(figure => figure.Key).ToList().ForEach(figure => last.Remove(figure));
        await File.WriteAllLinesAsync(log, [.. lines[..^1], last.ToJsonString()], TestContext.Current.CancellationToken);
        var late = await CommandLineRun.Of(new RootOlmoCommand(), stopped, [.. train, "--resume"]);
        Assert.Equal(ExitCode.Cancelled, late.ExitCode);
        Assert.Contains("Stopped during the evaluation after the last step; saved ", late.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Logged(run), line => line.GetProperty("step").GetInt32() == 6 && line.TryGetProperty("eval_duration", out _));
        Assert.Equal(ExitCode.Success, (await CommandLineRun.Of([.. train, "--resume"])).ExitCode);
        Assert.Single(Logged(run), line => line.GetProperty("step").GetInt32() == 6 && line.TryGetProperty("eval_duration", out _));
    }

    private static List<JsonElement> Logged(string run) => [.. File.ReadLines(Path.Combine(run, "metrics.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)];

    [Fact]
    public async Task A_mixture_of_experts_goes_the_same_way_and_a_dense_model_becomes_one()
    {
        var text = _folder.CreateSubdirectory("recipes");
        WriteText(text.FullName, files: 640);
        var run = Path.Combine(_folder.FullName, "run");
        var made = await CommandLineRun.Of("quickstart", "--model", "moe", "--smoke", "--text", text.FullName, "--run", run);
        Assert.True(made.ExitCode == ExitCode.Success, made.Error);
        using var results = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(run, "results.json"), TestContext.Current.CancellationToken));
        Assert.Equal(5, results.RootElement.GetProperty("held_out").GetArrayLength());
        var (parameters, active) = (results.RootElement.GetProperty("parameters").GetInt64(), results.RootElement.GetProperty("active_parameters").GetInt64());
        Assert.True(active < parameters, $"{active} of {parameters}");
        Assert.Contains($"{parameters:#,0}  {active:#,0}", System.Text.RegularExpressions.Regex.Replace(made.Output, " {3,}", "  "), StringComparison.Ordinal);
        Assert.Contains("load balancing", made.Error, StringComparison.Ordinal);
        Assert.Contains("\"model_type\": \"olmoe\"", await File.ReadAllTextAsync(Path.Combine(run, "soup", "config.json"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("Load of every expert", await File.ReadAllTextAsync(Path.Combine(run, "report.html"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var refused = await CommandLineRun.Of("quickstart", "--smoke", "--text", text.FullName, "--run", run, "--resume");
        Assert.Matches("^error: .*pretraining.yaml: is of another model than --model", refused.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]);

        // The same shards train a dense OLMo 2 model, which then becomes sparse and answers as before.
        var (dense, sparse) = (Path.Combine(_folder.FullName, "dense"), Path.Combine(_folder.FullName, "sparse"));
        string[] train = ["train", Path.Combine(run, "pretraining.yaml"), "--set", "steps=6", "--set", "schedule.warmup_steps=1", "--set", "evaluation.every=0"];
        string[] olmo2 = ["--set", "model.norm_placement=after_sublayer"];
        var trained = await CommandLineRun.Of([.. train, "--set", $"run={dense}", .. olmo2, "--set", "model.experts=0", "--set", "model.experts_per_token=0"]);
        Assert.True(trained.ExitCode == ExitCode.Success, trained.Error);
        var checkpoint = trained.Output.Trim();
        var upcycled = await CommandLineRun.Of("upcycle", checkpoint, "-o", sparse, "--experts", "3", "--experts-per-token", "2");
        Assert.True(upcycled.ExitCode == ExitCode.Success, upcycled.Error);
        Assert.Equal(sparse, upcycled.Output.Trim());
        Assert.Equal(await Continuation(checkpoint), await Continuation(sparse));
        var more = await CommandLineRun.Of(
            [.. train, "--set", $"run={sparse}-run", .. olmo2, "--set", "model.experts=3", "--set", "model.renormalise_expert_weights=true", "--set", $"initial_weights={sparse}"]);
        Assert.True(more.ExitCode == ExitCode.Success, more.Error);
        var again = await CommandLineRun.Of("upcycle", more.Output.Trim(), "-o", sparse + "-2", "--experts", "4", "--experts-per-token", "2");
        Assert.Matches("^error: .*is sparse already, with 3 experts", again.Error);

        async Task<string> Continuation(string model)
            => (await CommandLineRun.Of("generate", "--model", model, "--prompt", "Take the", "--temperature", "0", "--max-tokens", "12", "--json")).Output;
    }

    [Fact]
    public async Task Tokenizer_commands_round_trip()
    {
        var text = _folder.CreateSubdirectory("texts");
        WriteText(text.FullName, files: 20);
        var (raw, file) = (Path.Combine(_folder.FullName, "raw"), Path.Combine(_folder.FullName, "tokenizer.json"));
        Assert.Equal(ExitCode.Success, (await CommandLineRun.Of("data", "collect", "--text", text.FullName, "-o", raw)).ExitCode);
        Assert.Equal(ExitCode.Success, (await CommandLineRun.Of("tokenizer", "train", "-i", raw, "-o", file, "--vocabulary", "300")).ExitCode);
        var encoded = await CommandLineRun.Of("tokenizer", "encode", "-t", file, "Boil the water, 沸騰");
        var decoded = await CommandLineRun.Of(["tokenizer", "decode", "-t", file, .. encoded.Output.Trim().Split(' ')]);
        Assert.Equal("Boil the water, 沸騰", decoded.Output.TrimEnd('\n', '\r'));
        var wrong = await CommandLineRun.Of("tokenizer", "decode", "-t", file, "300");
        Assert.Equal((ExitCode.Failure, "error: 300 is no id of this tokenizer; ids are 0 to 299"), (wrong.ExitCode, wrong.Error.Trim()));
    }

    [Theory]
    [InlineData("quickstart", "--sdk", "/nowhere/dotnet", "--run", "{0}/run")]
    [InlineData("train", "{0}/no.yaml")]
    [InlineData("generate", "--model", "{0}/no-model", "--prompt", "x")]
    [InlineData("model", "info", "{0}/no-model")]
    [InlineData("data", "split", "-i", "{0}/no-documents", "-o", "{0}/out")]
    public async Task What_is_not_there_is_one_clear_error_that_names_it(params string[] arguments)
    {
        var run = await CommandLineRun.Of([.. arguments.Select(argument => argument.Replace("{0}", _folder.FullName, StringComparison.Ordinal))]);
        Assert.Equal(ExitCode.Failure, run.ExitCode);
        var error = Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => line.StartsWith("error: ", StringComparison.Ordinal));
        Assert.Matches("no\\.yaml|no-model|no-documents|/nowhere/dotnet", error);
    }

    /// <summary>Files that differ enough not to be taken for copies of each other.</summary>
    private static void WriteText(string folder, int files)
    {
        string[] verbs = ["Boil", "Cut", "Warm", "Cool", "Stir", "Salt", "Bake", "Dry", "Fry", "Wash"];
        string[] things = ["water", "carrots", "milk", "bread", "onions", "rice", "apples", "flour", "beans", "fish", "butter", "lemons"];
        string[] manners = ["slowly", "for ten minutes", "until it is soft", "in a large pan", "over a small fire", "with care", "once more", "before the guests come"];
        var random = new Random(5);
        for (var i = 0; i < files; i++)
        {
            var sentences = Enumerable.Range(0, 24).Select(_ =>
                $"{verbs[random.Next(verbs.Length)]} the {things[random.Next(things.Length)]} {manners[random.Next(manners.Length)]}, "
                + $"then take the {things[random.Next(things.Length)]} and {verbs[random.Next(verbs.Length)].ToLowerInvariant()} {random.Next(2, 90)} of them.");
            File.WriteAllText(Path.Combine(folder, $"{i:D3}.txt"), string.Join('\n', sentences.Chunk(6).Select(chunk => string.Join(' ', chunk) + "\n")));
        }
    }
}
