using System.Collections.Concurrent;
using OlmoSharp.Evaluation.Calmqa.Dataset;
using OlmoSharp.Evaluation.Calmqa.Generation;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.Calmqa;

public sealed class CalmqaGenerationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Questions_are_answered_with_the_published_prompt_and_stored_in_the_format()
    {
        var input = Input();
        using var answerer = new MadeAnswerer();
        Assert.Empty(await new CalmqaGeneration(answerer, "Made Model").RunAsync(input, _folder.File("out.json"), cancellation: Cancellation));
        Assert.Equal(["Naka 1?\n", "Naka 2?\n", "Naka 3?\n"], answerer.Prompts.Order());
        Assert.All(answerer.Limits, limit => Assert.Equal(2048, limit));
        var file = CalmqaFile.Read(_folder.File("out.json"));
        Assert.Equal(["old", "w2", "w3"], file.Entries.Select((entry, i) => i == 0 ? entry.Answers[0].Model : entry.Question.Name));
        var answer = file.Entries[1].Answers[^1];
        Assert.Equal(("w2:language.wolof:made model", "Wolof", "answer to Naka 2?\n", "Made Model"), (answer.Name, answer.Language, answer.Text, answer.Model));
        Assert.Equal("Naka 2?\n", answer.PromptingState.Prompt);
        Assert.Contains("\"temperature\": 0.0", File.ReadAllText(_folder.File("out.json")), StringComparison.Ordinal);
        Assert.Equal(["input.json", "out.json"], Directory.EnumerateFiles(_folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task A_killed_run_goes_on_and_repeats_nothing()
    {
        var (input, output) = (Input(), _folder.File("out.json"));
        using var whole = new MadeAnswerer();
        await new CalmqaGeneration(whole, "m").RunAsync(input, _folder.File("whole.json"), cancellation: Cancellation);
        using var stopped = new MadeAnswerer { StopsAfter = 2 };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new CalmqaGeneration(stopped, "m").RunAsync(input, output, cancellation: stopped.Stop.Token));
        Assert.False(File.Exists(output));

        // Killed while it wrote a line.
        await File.AppendAllTextAsync(CalmqaGeneration.LogPath(output), "{\"key\": \"w3\", \"ans", Cancellation);
        using var resumed = new MadeAnswerer();
        await new CalmqaGeneration(resumed, "m").RunAsync(input, output, cancellation: Cancellation);
        Assert.Equal(["Naka 3?\n"], resumed.Prompts);
        Assert.Equal(await File.ReadAllTextAsync(_folder.File("whole.json"), Cancellation), await File.ReadAllTextAsync(output, Cancellation));
    }

    [Fact]
    public async Task Another_runs_log_is_refused()
    {
        var (input, output) = (Input(), _folder.File("out.json"));
        using var stopped = new MadeAnswerer { StopsAfter = 1 };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new CalmqaGeneration(stopped, "m").RunAsync(input, output, cancellation: stopped.Stop.Token));
        using var other = new MadeAnswerer();
        foreach (var generation in new[] { new CalmqaGeneration(other, "n"), new CalmqaGeneration(other, "m") { MaximumTokens = 9 } })
        {
            var error = await Assert.ThrowsAsync<EvaluationException>(() => generation.RunAsync(input, output, cancellation: Cancellation));
            Assert.Contains("begun with other", error.Message, StringComparison.Ordinal);
        }

        var log = CalmqaGeneration.LogPath(output);
        await File.WriteAllTextAsync(log, (await File.ReadAllTextAsync(log, Cancellation)).Replace("\"key\"", "\"kee\"", StringComparison.Ordinal), Cancellation);
        var damaged = await Assert.ThrowsAsync<EvaluationException>(() => new CalmqaGeneration(other, "m").RunAsync(input, output, cancellation: Cancellation));
        Assert.Contains($"{log}:2", damaged.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_fails_is_said_is_missing_and_is_tried_again()
    {
        var (input, output) = (Input(), _folder.File("out.json"));
        using var failing = new MadeAnswerer { Fails = "Naka 2?\n" };
        var failure = Assert.Single(await new CalmqaGeneration(failing, "m").RunAsync(input, output, cancellation: Cancellation));
        Assert.Equal(new("w2", "too long"), failure);
        Assert.Equal([2, 0, 1], CalmqaFile.Read(output).Entries.Select(entry => entry.Answers.Count));
        using var again = new MadeAnswerer();
        Assert.Empty(await new CalmqaGeneration(again, "m").RunAsync(input, output, cancellation: Cancellation));
        Assert.Equal(["Naka 2?\n"], again.Prompts);
        Assert.Equal([2, 1, 1], CalmqaFile.Read(output).Entries.Select(entry => entry.Answers.Count));
    }

    [Fact]
    public async Task Agnostic_questions_are_put_in_the_language_wanted()
    {
        var input = _folder.File("input.json");
        Made.File(Made.Entry(Made.Question("n", "English", "Why?", null, QuestionTypes.NonCultural, ("German", "Warum?")))).Write(input);
        using var answerer = new MadeAnswerer();
        await new CalmqaGeneration(answerer, "m") { Language = CalmqaLanguage.Find("German") }.RunAsync(input, _folder.File("out.json"), cancellation: Cancellation);
        Assert.Equal(["Warum?\n"], answerer.Prompts);
        Assert.Equal("German", CalmqaFile.Read(_folder.File("out.json")).Entries[0].Answers[0].Language);
        var error = await Assert.ThrowsAsync<EvaluationException>(() => new CalmqaGeneration(answerer, "m") { Language = CalmqaLanguage.Find("Afar") }.RunAsync(input, _folder.File("x.json"), cancellation: Cancellation));
        Assert.Contains("no Afar translation, only English, German", error.Message, StringComparison.Ordinal);
        var twice = await Assert.ThrowsAsync<EvaluationException>(() => new CalmqaGeneration(answerer, "m").RunAsync(_folder.File("out.json"), _folder.File("x.json"), cancellation: Cancellation));
        Assert.Contains("has answered already", twice.Message, StringComparison.Ordinal);
    }

    private string Input()
    {
        var path = _folder.File("input.json");
        Made.File(
            Made.Entry(Made.Question("w1", "Wolof", "Naka 1?"), Made.Answer("a", "Wolof", "x", "old")),
            Made.Entry(Made.Question("w2", "Wolof", "Naka 2?")),
            Made.Entry(Made.Question("w3", "Wolof", "Naka 3?"))).Write(path);
        return path;
    }

    private sealed class MadeAnswerer : IAnswerer
    {
        public string ModelId => "made";

        public string Fingerprint => "made";

        public int AtOnce => 1;

        public int StopsAfter { get; init; } = int.MaxValue;

        public string? Fails { get; init; }

        public ConcurrentQueue<string> Prompts { get; } = [];

        public ConcurrentQueue<int> Limits { get; } = [];

        public CancellationTokenSource Stop { get; } = new();

        public Task<AnswerText> AnswerAsync(string prompt, int maximumTokens, CancellationToken cancellation)
        {
            if (Prompts.Count == StopsAfter)
            {
                Stop.Cancel();
                cancellation.ThrowIfCancellationRequested();
            }

            Prompts.Enqueue(prompt);
            Limits.Enqueue(maximumTokens);
            return prompt == Fails ? throw new EvaluationException("too long") : Task.FromResult(new AnswerText("answer to " + prompt, "stop", 3));
        }

        public void Dispose() => Stop.Dispose();
    }
}
