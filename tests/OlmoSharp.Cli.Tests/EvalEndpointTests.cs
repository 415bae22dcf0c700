using System.Net;
using System.Net.Sockets;
using OlmoSharp.Evaluation.Tests.Hub;
using Xunit;

namespace OlmoSharp.Cli.Tests;

/// <summary>The options of a model behind a service, and of fetching; what is behind them is tested in the libraries.</summary>
public sealed class EvalEndpointTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("", "Name a model: --model MODEL, or --endpoint URL.")]
    [InlineData("--model m --endpoint http://localhost:1/v1 --endpoint-model n", "--model and --endpoint are two models; give one.")]
    [InlineData("--endpoint http://localhost:1/v1", "A service needs the name of a model to ask for: --endpoint-model NAME.")]
    [InlineData("--model m --endpoint-model n", "--endpoint-model is of an --endpoint.")]
    [InlineData("--model m --tokenizer t", "--tokenizer and --context are of an --endpoint; a model brings its own.")]
    [InlineData("--endpoint http://localhost:1/v1 --endpoint-model n --context 1", "--context must be at least 2.")]
    [InlineData("--endpoint http://localhost:1/v1 --endpoint-model n --parallel 0", "--parallel must be at least 1.")]
    public async Task What_names_no_model_is_told(string options, string reason)
    {
        var run = await CommandLineRun.Of(["eval", "run", "piqa:rc::olmes", "-o", _folder.FullName, .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.NotEqual(ExitCode.Success, run.ExitCode);
        Assert.Contains(reason.TrimEnd('.'), run.Error, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_service_or_hub_that_is_not_there_is_one_clear_error()
    {
        var port = FreePort();
        var data = Path.Combine(_folder.FullName, "data");
        Directory.CreateDirectory(data);
        await File.WriteAllTextAsync(Path.Combine(data, "piqa.validation.jsonl"), """{"goal": "Open a jar", "sol1": "Turn the lid.", "sol2": "Sing.", "label": 0}""" + "\n", TestContext.Current.CancellationToken);
        var run = await CommandLineRun.Of(
            "eval", "run", "piqa:rc::olmes", "--set", "shots=0", "--data", data, "-o", Path.Combine(_folder.FullName, "out"), "--endpoint", $"http://127.0.0.1:{port}/v1", "--endpoint-model", "m", "--retries", "0");
        Assert.Equal(ExitCode.Failure, run.ExitCode);
        Assert.Contains($"http://127.0.0.1:{port}/v1/completions: the connection failed", run.Error, StringComparison.Ordinal);

        var own = await CommandLineRun.Of("eval", "fetch", "piqa:rc::olmes", "--data", data, "--hub", $"http://127.0.0.1:{port}", "--json");
        Assert.Equal(ExitCode.Success, own.ExitCode);
        Assert.Contains("your own files", own.Output, StringComparison.Ordinal);
        var offline = await CommandLineRun.Of("eval", "fetch", "gsm8k::olmes", "--data", data, "--offline");
        Assert.Equal(ExitCode.Failure, offline.ExitCode);
        Assert.Contains("gsm8k (main) test", offline.Error, StringComparison.Ordinal);
        var missing = await CommandLineRun.Of("eval", "run", "gsm8k::olmes", "--data", data, "-o", Path.Combine(_folder.FullName, "out"), "--model", "m");
        Assert.Contains($"olmo eval fetch gsm8k::olmes --data {data}", missing.Error, StringComparison.Ordinal);
        var nowhere = await CommandLineRun.Of("eval", "run", "gsm8k::olmes", "--fetch", "-o", Path.Combine(_folder.FullName, "out"), "--model", "m");
        Assert.Contains("give it with --data", nowhere.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_is_fetched_by_the_command_or_before_a_run_that_asks_for_it()
    {
        using var hub = new MadeHub();
        hub.Add("openai/gsm8k", "main/test-00000-of-00001.jsonl", """{"question": "One and one?", "answer": "#### 2"}""" + "\n");
        hub.Add("ybisk/piqa", "validation.jsonl", """{"goal": "Open a jar", "sol1": "Turn the lid.", "sol2": "Sing.", "label": 0}""" + "\n");
        var data = Path.Combine(_folder.FullName, "data");
        var fetched = await CommandLineRun.Of("eval", "fetch", "gsm8k::olmes", "--data", data, "--hub", $"{hub.Address}", "--json");
        Assert.Equal((ExitCode.Success, true), (fetched.ExitCode, fetched.Output.Contains(MadeHub.Commit, StringComparison.Ordinal)));
        Assert.Contains("Fetching", fetched.Error, StringComparison.Ordinal);
        var requests = Path.Combine(_folder.FullName, "requests.jsonl");
        Assert.Equal(ExitCode.Success, (await CommandLineRun.Of("eval", "requests", "gsm8k::olmes", "--data", data, "--set", "shots=0", "-o", requests)).ExitCode);
        Assert.Contains("One and one?", await File.ReadAllTextAsync(requests, TestContext.Current.CancellationToken), StringComparison.Ordinal);

        string[] run = ["eval", "run", "piqa:rc::olmes", "--set", "shots=0", "--data", data, "-o", Path.Combine(_folder.FullName, "out"), "--model", "none", "--hub", $"{hub.Address}"];
        var asked = hub.Requests.Count;
        Assert.Contains("olmo eval fetch", (await CommandLineRun.Of(run)).Error, StringComparison.Ordinal);
        Assert.Equal(asked, hub.Requests.Count);
        // The data is there then, and the model is what is missing.
        Assert.Contains("no such model", (await CommandLineRun.Of([.. run, "--fetch"])).Error, StringComparison.Ordinal);
    }

    /// <summary>A port that was free a moment ago.</summary>
    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
