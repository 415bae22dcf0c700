using System.Text.Json;
using OlmoSharp.Evaluation.Datasets;
using OlmoSharp.Evaluation.Models;
using OlmoSharp.Evaluation.Requests;
using OlmoSharp.Evaluation.Runs;
using OlmoSharp.Evaluation.Tasks;
using OlmoSharp.Evaluation.Tests.Endpoints;
using OlmoSharp.Evaluation.Tests.Runs;
using Xunit;

namespace OlmoSharp.Cli.Tests;

public sealed class EvalJudgeCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Answers_are_compared_graded_and_shown()
    {
        var output = await AnsweredAsync();
        var reference = Path.Combine(_folder.FullName, "reference.json");
        await File.WriteAllTextAsync(reference, """[{"instruction": "One?", "output": "short", "generator": "theirs"}, {"instruction": "Two?", "output": "short", "generator": "theirs"}]""", Cancellation);
        using var judge = new MadeService((_, body) => Said(body.Contains("# Criterion", StringComparison.Ordinal) ? "[[7]]" : body.Contains("# Answer A\\nlong", StringComparison.Ordinal) ? "[[A]]" : "[[B]]"));
        var compared = await CommandLineRun.Of("eval", "judge", output, "--against", reference, "--endpoint", judge.Address.ToString(), "--judge", "made", "--json");
        Assert.Equal(ExitCode.Success, compared.ExitCode);
        var rows = JsonDocument.Parse(compared.Output).RootElement.EnumerateArray().ToDictionary(row => row.GetProperty("metric").GetString()!, row => row.GetProperty("score").GetDouble());
        Assert.Equal(1, rows["win_rate"]);
        Assert.Equal(0.5, rows["first preferred"]);
        Assert.Contains("against theirs: 2 won, 0 even, 0 lost", compared.Error, StringComparison.Ordinal);

        var graded = await CommandLineRun.Of("eval", "judge", output, "--endpoint", judge.Address.ToString(), "--judge", "made");
        Assert.Equal(ExitCode.Success, graded.ExitCode);
        Assert.Contains("clarity", graded.Output, StringComparison.Ordinal);
        var shown = await CommandLineRun.Of("eval", "compare", output);
        Assert.Contains("alpaca_eval_v2::tulu: win_rate (against theirs, judge made)", shown.Output, StringComparison.Ordinal);
        Assert.Contains("alpaca_eval_v2::tulu: grade (judge made)", shown.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_judge_that_fails_on_some_is_exit_code_3()
    {
        var output = await AnsweredAsync();
        using var judge = new MadeService((_, body) => body.Contains("Two?", StringComparison.Ordinal) ? new(400, "{\"error\": \"too long\"}") : Said("[[7]]"));
        var graded = await CommandLineRun.Of("eval", "judge", output, "--endpoint", judge.Address.ToString(), "--judge", "made");
        Assert.Equal(ExitCode.Quarantined, graded.ExitCode);
        Assert.Contains("1 could not be had", graded.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, (await CommandLineRun.Of("eval", "judge", output, "--endpoint", "http://localhost:1/v1", "--judge", "made", "--prompt", "x.yaml")).ExitCode);
    }

    private static MadeService.Reply Said(string text) => new(200, JsonSerializer.Serialize(new { choices = new[] { new { message = new { content = text }, finish_reason = "stop" } } }));

    private async Task<string> AnsweredAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "alpaca_eval.eval.jsonl"), """{"instruction": "One?"}""" + "\n" + """{"instruction": "Two?"}""" + "\n", Cancellation);
        var run = new EvaluationRun(TaskCatalog.Load(), new RequestBuilder(new DatasetFolder(_folder.FullName), null));
        string[] names = ["alpaca_eval_v2::tulu"];
        var output = Path.Combine(_folder.FullName, "out");
        await run.RunAsync(names, run.Build(names), new ScriptedModel(_ => new RequestAnswer { Text = "long enough" }), output, (_, _) => { }, Cancellation);
        return output;
    }
}
