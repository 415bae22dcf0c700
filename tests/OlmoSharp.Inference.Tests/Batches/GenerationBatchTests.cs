using System.Text;
using System.Text.Json;
using OlmoSharp.Inference.Batches;
using OlmoSharp.Inference.Generation;
using OlmoSharp.Inference.Tests.Engines;
using OlmoSharp.Inference.Tests.Generation;
using OlmoSharp.Tokenization;
using Xunit;

namespace OlmoSharp.Inference.Tests.Batches;

public sealed class GenerationBatchTests : IDisposable
{
    private const string Prompts = """
        {"id": 7, "prompt": "Gets the"}

        {"prompt": "über 元", "n": 2, "max_tokens": 3, "temperature": 1.5, "seed": 5, "logprobs": 1}
        {"id": "c", "prompt": "a", "json_schema": {"enum": ["red", "blue"]}}
        {"prompt": "b", "stop": ["e", "元"], "top_k": 20, "logit_bias": {"40": 2.5}, "stop_token_ids": [3]}
        {"prompt": "", "temperature": 0}
        """;

    private static readonly Tokenizer Tokenizer = TestTokenizer.Value;
    private static readonly GenerationOptions Options = new() { MaximumTokens = 8 };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();
    private readonly TextGenerator _generator = new(FakeEngine.Random(Tokenizer.VocabularySize, 64, 3), Tokenizer);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _generator.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void Lines_are_those_of_the_prompts_one_by_one()
    {
        List<int> reports = [];
        var made = new GenerationBatch(_generator, Options).Run(Input(), this["out"], "m", (done, _) => reports.Add(done), Cancellation);
        Assert.Equal(5, made);
        Assert.Equal(Enumerable.Range(0, 6), reports);
        var lines = File.ReadAllLines(this["out"]).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(["Gets the", "über 元", "a", "b", ""], lines.Select(line => line.GetProperty("prompt").GetString()));
        Assert.Equal(7, lines[0].GetProperty("id").GetInt32());
        Assert.Equal("c", lines[2].GetProperty("id").GetString());
        Assert.False(lines[1].TryGetProperty("id", out _));

        GenerationOptions[] options =
        [
            Options,
            Options with { Samples = 2, MaximumTokens = 3, LogProbabilities = 1, Sampling = Options.Sampling with { Temperature = 1.5, Seed = 5 } },
            Options with { Constraint = Inference.Constraints.OutputConstraint.JsonSchema("""{"enum": ["red", "blue"]}""", Tokenizer) },
            Options with { StopStrings = ["e", "元"], StopIds = [3], Sampling = Options.Sampling with { TopK = 20, LogitBias = new Dictionary<int, double> { [40] = 2.5 } } },
            Options with { Sampling = Options.Sampling with { Temperature = 0 } },
        ];
        for (var i = 0; i < lines.Length; i++)
        {
            var prompt = _generator.Encode(lines[i].GetProperty("prompt").GetString()!);
            var expected = _generator.Complete(prompt, options[i], Cancellation);
            var choices = lines[i].GetProperty("choices");
            Assert.Equal(expected.Select(result => result.Text), choices.EnumerateArray().Select(choice => choice.GetProperty("text").GetString()));
            Assert.Equal(
                expected.Select(result => result.Finish == FinishReason.Stop ? "stop" : "length"), choices.EnumerateArray().Select(choice => choice.GetProperty("finish_reason").GetString()));
            Assert.Equal(prompt.Count, lines[i].GetProperty("usage").GetProperty("prompt_tokens").GetInt32());
            Assert.Equal(expected.Sum(result => result.Ids.Count), lines[i].GetProperty("usage").GetProperty("completion_tokens").GetInt32());
        }

        var token = lines[1].GetProperty("choices")[0].GetProperty("logprobs")[0];
        Assert.Equal(Tokenizer.TokenBytes(token.GetProperty("id").GetInt32()).ToArray(), token.GetProperty("bytes").EnumerateArray().Select(value => value.GetByte()));
        Assert.True(token.GetProperty("top_logprobs")[0].GetProperty("logprob").GetDouble() >= token.GetProperty("logprob").GetDouble());
    }

    [Fact]
    public void A_run_stopped_anywhere_goes_on_to_the_same_file()
    {
        new GenerationBatch(_generator, Options).Run(Input(), this["whole"], "m", null, Cancellation);
        var whole = File.ReadAllBytes(this["whole"]);
        for (var stopAt = 0; stopAt < 5; stopAt++)
        {
            var output = this[$"out{stopAt}"];
            using var stop = new CancellationTokenSource();
            Assert.Throws<OperationCanceledException>(() => new GenerationBatch(_generator, Options).Run(
                Input(), output, "m", (done, _) => Cancel(done == stopAt, stop), stop.Token));
            Assert.False(File.Exists(output));

            // A kill may leave a part of a line, and even of a character.
            File.AppendAllBytes($"{output}.partial", "{\"prompt\": \"ü"u8[..^1]);
            Assert.Equal(5 - stopAt, new GenerationBatch(_generator, Options).Run(Input(), output, "m", null, Cancellation));
            Assert.Equal(whole, File.ReadAllBytes(output));
            Assert.False(File.Exists($"{output}.partial"));
        }

        static void Cancel(bool now, CancellationTokenSource stop)
        {
            if (now)
            {
                stop.Cancel();
            }
        }
    }

    [Fact]
    public void A_partial_file_cut_anywhere_is_gone_on_with()
    {
        new GenerationBatch(_generator, Options).Run(Input(), this["whole"], "m", null, Cancellation);
        var whole = File.ReadAllBytes(this["whole"]);
        using (var stop = new CancellationTokenSource())
        {
            Assert.Throws<OperationCanceledException>(() => new GenerationBatch(_generator, Options).Run(
                Input(), this["out"], "m", (done, _) => { if (done == 4) { stop.Cancel(); } }, stop.Token));
        }

        var partial = File.ReadAllBytes(this["out.partial"]);
        for (var length = 0; length <= partial.Length; length += 1 + length / 8)
        {
            File.Delete(this["out"]);
            File.WriteAllBytes(this["out.partial"], partial[..length]);
            new GenerationBatch(_generator, Options).Run(Input(), this["out"], "m", null, Cancellation);
            Assert.Equal(whole, File.ReadAllBytes(this["out"]));
        }
    }

    [Fact]
    public void What_another_run_began_is_not_mixed_in()
    {
        using (var lines = new ResumableLines(this["out"], "header"))
        {
            lines.Append("{}");
            Assert.Contains("another run", Assert.Throws<InferenceException>(() => new ResumableLines(this["out"], "header")).Message, StringComparison.Ordinal);
        }

        Assert.Contains("another input, model or options", Assert.Throws<InferenceException>(() => Run("m")).Message, StringComparison.Ordinal);
        File.WriteAllText(this["out"], "kept");
        Assert.Contains("exists already", Assert.Throws<InferenceException>(() => Run("m")).Message, StringComparison.Ordinal);
        Assert.Equal("kept", File.ReadAllText(this["out"]));
        File.Delete(this["out"]);
        File.Delete(this["out.partial"]);
        Run("m");

        void Run(string settings) => new GenerationBatch(_generator, Options).Run(Input(), this["out"], settings, null, Cancellation);
    }

    [Theory]
    [InlineData("{", "the line is not JSON")]
    [InlineData("[]", "an object was expected")]
    [InlineData("{}", "'prompt' is missing")]
    [InlineData("{\"prompt\": 3}", "'prompt' is of the wrong type")]
    [InlineData("{\"prompt\": \"a\", \"temprature\": 3}", "unknown key 'temprature'")]
    [InlineData("{\"prompt\": \"a\", \"max_tokens\": 1.5}", "'max_tokens' is of the wrong type")]
    [InlineData("{\"prompt\": \"a\", \"max_tokens\": 99999999999}", "'max_tokens' is of the wrong type")]
    [InlineData("{\"prompt\": \"a\", \"temperature\": -1}", "temperature is -1")]
    [InlineData("{\"prompt\": \"a\", \"stop\": [3]}", "'stop' is of the wrong type")]
    [InlineData("{\"prompt\": \"a\", \"stop\": \"\"}", "a stop string is empty")]
    [InlineData("{\"prompt\": \"a\", \"logit_bias\": {\"x\": 1}}", "'logit_bias' is of the wrong type")]
    [InlineData("{\"prompt\": \"a\", \"json_schema\": {\"type\": \"x\"}}", "$.type: 'x' is no type")]
    [InlineData("{\"prompt\": \"a\", \"grammar\": \"root = 1\"}", "grammar, line 1, column 6")]
    [InlineData("{\"prompt\": \"a\", \"prompt\": \"b\"}", "not JSON")]
    public void A_broken_line_is_named_before_anything_is_generated(string line, string reason)
    {
        var input = this["broken.jsonl"];
        File.WriteAllText(input, $"{{\"prompt\": \"a\"}}\n{line}\n", Encoding.UTF8);
        var error = Assert.Throws<InferenceException>(() => new GenerationBatch(_generator, Options).Run(input, this["out"], "m", null, Cancellation));
        Assert.StartsWith($"{input}:2: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Equal(["broken.jsonl"], _folder.GetFiles().Select(file => file.Name));
    }

    private string this[string name] => Path.Combine(_folder.FullName, name);

    private string Input()
    {
        File.WriteAllText(this["prompts.jsonl"], Prompts);
        return this["prompts.jsonl"];
    }
}
