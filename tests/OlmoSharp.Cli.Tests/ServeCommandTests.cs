using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using OlmoSharp.Models;
using OlmoSharp.Models.HuggingFace;
using OlmoSharp.Tokenization;
using Xunit;

namespace OlmoSharp.Cli.Tests;

/// <summary><c>olmo serve</c>, as a process of its own where signals matter.</summary>
public sealed class ServeCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();
    private readonly string _model;
    private readonly int _endOfText;

    public ServeCommandTests()
    {
        _model = Directory.CreateDirectory(Path.Combine(_folder.FullName, "tiny-1.5")).FullName;
        var tokenizer = BpeTrainer.Train(["Gets the number of elements."], new BpeTrainerOptions { VocabularySize = 275, MinFrequency = 1 });
        _endOfText = tokenizer.EndOfTextId;
        tokenizer.Save(Path.Combine(_model, "tokenizer.json"));
        tokenizer.SaveConfig(Path.Combine(_model, "tokenizer_config.json"));
        using var model = new Transformer(new()
        {
            VocabularySize = tokenizer.VocabularySize, HiddenSize = 128, IntermediateSize = 256, Layers = 4, Heads = 2, ContextLength = 8192, InitializerRange = 0.4,
        });
        model.Initialize(seed: 1);
        ModelFolder.Save(model, _model);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>SIGTERM while a stream runs: it goes on to its end, and the process ends with 0.</summary>
    [Fact]
    public async Task A_signal_lets_streams_finish()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no SIGTERM");
        using var process = Start("--api-key", "secret-key", "--max-context", "2000", "--drain-timeout", "600");
        var line = await process.StandardOutput.ReadLineAsync(Cancellation) ?? "";
        Assert.StartsWith("serving 'tiny-1.5' on http://127.0.0.1:", line, StringComparison.Ordinal);
        using var client = new HttpClient { BaseAddress = new(line[line.IndexOf("http", StringComparison.Ordinal)..]) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", "secret-key");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/completions")
        {
            Content = new StringContent(
                $$$"""{"model": "tiny-1.5", "prompt": "Gets", "max_tokens": 1500, "stream": true, "logit_bias": {"{{{_endOfText}}}": -100}}""", Encoding.UTF8, "application/json"),
        };
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]))
        {
            await kill.WaitForExitAsync(Cancellation);
        }

        var text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
        await process.WaitForExitAsync(Cancellation);
        Assert.Equal(ExitCode.Success, process.ExitCode);
        Assert.DoesNotContain("secret-key", await process.StandardError.ReadToEndAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interruption_ends_an_idle_server_with_success()
    {
        using var stop = new CancellationTokenSource();
        await using var output = new Announcement(() => stop.Cancel());
        using var error = new StringWriter();
        var terminal = new Terminal { Output = output, Error = error, IsWatched = false };
        var code = await Application.RunAsync(
            new RootOlmoCommand(), ["serve", "--model", _model, "--port", "0", "--host", "0.0.0.0", "--model-name", "alias", "--chat-template", "plain"], terminal, stop.Token);
        Assert.Equal(ExitCode.Success, code);
        Assert.StartsWith("serving 'alias' on http://0.0.0.0:", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("warning: everyone who can reach 0.0.0.0 may use this server", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_one_line()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        var port = ((IPEndPoint)socket.LocalEndpoint).Port;
        var run = await CommandLineRun.Of("serve", "--model", _model, "--port", $"{port}");
        Assert.Equal(ExitCode.Failure, run.ExitCode);
        Assert.Equal($"error: port {port} of 127.0.0.1 is in use; end what uses it, or choose another with --port (0 takes any)\n", run.Error);
    }

    [Theory]
    [InlineData("--host", "example.com", "host is 'example.com'")]
    [InlineData("--max-running", "0", "running texts are 0")]
    [InlineData("--request-timeout", "NaN", "the time of a request")]
    [InlineData("--request-timeout", "1e99", "the time of a request")]
    [InlineData("--drain-timeout", "-1", "the time to drain")]
    [InlineData("--api-key", "", "an API key is empty")]
    [InlineData("--api-key-file", "missing.txt", "missing.txt: the API keys cannot be read")]
    [InlineData("--chat-template", "missing.jinja", "missing.jinja")]
    [InlineData("--cors-origin", "example.com", "a CORS origin must be")]
    public async Task A_wrong_value_is_one_line(string option, string value, string reason)
    {
        var run = await CommandLineRun.Of("serve", "--model", _model, "--port", "0", option, value);
        Assert.Equal(ExitCode.Failure, run.ExitCode);
        Assert.Contains(reason, Assert.Single(run.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    private Process Start(params string[] options)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "olmo.dll");
        return Process.Start(new ProcessStartInfo("dotnet", [program, "serve", "--model", _model, "--port", "0", .. options]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
    }

    /// <summary>Does something when a line has been written.</summary>
    private sealed class Announcement(Action whenWritten) : StringWriter
    {
        public override async Task WriteLineAsync(string? value)
        {
            await base.WriteLineAsync(value);
            whenWritten();
        }
    }
}
