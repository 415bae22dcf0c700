using System.Text;
using System.Text.Json;
using OlmoSharp.Inference.Generation;
using OlmoSharp.Server.Tests.Serving;
using Xunit;

namespace OlmoSharp.Server.Tests.Routes;

/// <summary><c>/v1/completions</c> against the generator alone, the model's own logits, and OpenAI's documented names.</summary>
public sealed class CompletionTests(SampleModel sample) : IClassFixture<SampleModel>, IAsyncLifetime
{
    private const string Path = "/v1/completions";
    private const string Prompt = "Gets the number of";

    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(sample);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task An_answer_has_the_documented_members_and_the_generators_text()
    {
        var answer = await _server.PostAsync(Path, new { model = SampleModel.Name, prompt = Prompt, temperature = 0, max_tokens = 20 });
        Assert.Equal(["object", "id", "created", "model", "system_fingerprint", "choices", "usage"], Names(answer));
        Assert.Equal("text_completion", answer.GetProperty("object").GetString());
        Assert.StartsWith("cmpl-", answer.GetProperty("id").GetString(), StringComparison.Ordinal);
        Assert.Equal(SampleModel.Name, answer.GetProperty("model").GetString());
        Assert.InRange(answer.GetProperty("created").GetInt64(), DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 60, DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 60);

        var choice = Assert.Single(answer.GetProperty("choices").EnumerateArray());
        Assert.Equal(["text", "index", "logprobs", "finish_reason"], Names(choice));
        Assert.Equal(sample.Greedy(Prompt, 20), choice.GetProperty("text").GetString());
        Assert.Equal(JsonValueKind.Null, choice.GetProperty("logprobs").ValueKind);

        var usage = answer.GetProperty("usage");
        var (prompt, completion) = (1 + SampleModel.Tokenizer.Encode(Prompt).Length, usage.GetProperty("completion_tokens").GetInt32());
        Assert.Equal(prompt, usage.GetProperty("prompt_tokens").GetInt32());
        Assert.Equal(prompt + completion, usage.GetProperty("total_tokens").GetInt32());
        Assert.Equal(choice.GetProperty("finish_reason").GetString() == "length", completion == 20);
    }

    [Fact]
    public async Task Sampling_parameters_reach_the_generator()
    {
        var ids = SampleModel.Tokenizer.Encode("the list");
        var answer = await _server.PostAsync(Path, new
        {
            model = SampleModel.Name,
            prompt = ids,
            max_tokens = 12,
            n = 3,
            seed = 5,
            temperature = 0.9,
            top_p = 0.95,
            top_k = 40,
            min_p = 0.001,
            presence_penalty = 0.3,
            frequency_penalty = 0.2,
            repetition_penalty = 1.1,
            logit_bias = new Dictionary<string, double> { ["70"] = 3, [$"{SampleModel.Tokenizer.EndOfTextId}"] = -100 },
            stop = new[] { "zzz", "b" },
        });
        var expected = sample.Alone(ids, new GenerationOptions
        {
            MaximumTokens = 12,
            Samples = 3,
            StopStrings = ["zzz", "b"],
            Sampling = new()
            {
                Seed = 5, Temperature = 0.9, TopP = 0.95, TopK = 40, MinP = 0.001, PresencePenalty = 0.3, FrequencyPenalty = 0.2, RepetitionPenalty = 1.1,
                LogitBias = new Dictionary<int, double> { [70] = 3, [SampleModel.Tokenizer.EndOfTextId] = -100 },
            },
        });
        Assert.Equal(expected.Select(text => text.Text), answer.GetProperty("choices").EnumerateArray().Select(choice => choice.GetProperty("text").GetString()));
        Assert.Equal(
            expected.Select(text => text.Finish == FinishReason.Stop ? "stop" : "length"), answer.GetProperty("choices").EnumerateArray().Select(choice => choice.GetProperty("finish_reason").GetString()));
        Assert.Equal(expected.Sum(text => text.Ids.Count), answer.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
        Assert.Equal(ids.Length, answer.GetProperty("usage").GetProperty("prompt_tokens").GetInt32());
    }

    [Fact]
    public async Task Prompts_come_as_text_lists_ids_and_lists_of_ids()
    {
        string[] prompts = ["Gets", "über die", "", "😀"];
        var expected = prompts.Select(prompt => sample.Greedy(prompt, 6)).ToArray();
        var ids = prompts.Select(prompt => SampleModel.Tokenizer.Encode(prompt).Prepend(SampleModel.Tokenizer.EndOfTextId).ToArray()).ToArray();
        Assert.Equal(expected, await Texts(prompts));
        Assert.Equal(expected, await Texts(ids));
        Assert.Equal(expected[1..2], await Texts(ids[1]));
        Assert.Equal(expected[1..2], await Texts(prompts[1]));
        Assert.Equal(expected[2..3], await Texts(null));

        async Task<IEnumerable<string>> Texts(object? prompt) =>
            (await _server.PostAsync(Path, new { model = SampleModel.Name, prompt, temperature = 0, max_tokens = 6 })).GetProperty("choices").EnumerateArray()
            .Select((choice, i) => choice.GetProperty("index").GetInt32() == i ? choice.GetProperty("text").GetString()! : throw new InvalidDataException());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stream_is_the_answer_in_pieces(bool hasLogProbabilities)
    {
        var request = new Dictionary<string, object?>
        {
            ["model"] = SampleModel.Name, ["prompt"] = new[] { "元素", "the list", "Ann" }, ["n"] = 2, ["seed"] = 3, ["max_tokens"] = 14, ["echo"] = true, ["stop"] = "e",
            ["logprobs"] = hasLogProbabilities ? 2 : null,
        };
        var whole = await _server.PostAsync(Path, request);
        request["stream"] = true;
        var events = await _server.StreamAsync(Path, request);
        Assert.Single(events.Select(item => item.GetProperty("id").GetString()).Distinct());
        Assert.All(events, item => Assert.Equal(["object", "id", "created", "model", "system_fingerprint", "choices"], Names(item)));
        var pieces = events.Select(item => Assert.Single(item.GetProperty("choices").EnumerateArray())).GroupBy(choice => choice.GetProperty("index").GetInt32()).OrderBy(group => group.Key);
        foreach (var (choice, expected) in pieces.Zip(whole.GetProperty("choices").EnumerateArray()))
        {
            Assert.Equal(expected.GetProperty("index").GetInt32(), choice.Key);
            Assert.Equal(expected.GetProperty("text").GetString(), string.Concat(choice.Select(piece => piece.GetProperty("text").GetString())));
            Assert.Equal(expected.GetProperty("finish_reason").GetString(), Assert.Single(choice, piece => piece.GetProperty("finish_reason").ValueKind == JsonValueKind.String).GetProperty("finish_reason").GetString());
            foreach (var list in hasLogProbabilities ? new[] { "tokens", "token_logprobs", "top_logprobs", "text_offset" } : [])
            {
                Assert.Equal(
                    expected.GetProperty("logprobs").GetProperty(list).EnumerateArray().Select(item => item.GetRawText()),
                    choice.Where(piece => piece.GetProperty("logprobs").ValueKind == JsonValueKind.Object)
                        .SelectMany(piece => piece.GetProperty("logprobs").GetProperty(list).EnumerateArray()).Select(item => item.GetRawText()));
            }
        }
    }

    [Fact]
    public async Task The_last_event_counts_the_tokens_where_that_is_asked_for()
    {
        var request = new { model = SampleModel.Name, prompt = Prompt, temperature = 0, max_tokens = 9, stream = true, stream_options = new { include_usage = true } };
        var events = await _server.StreamAsync(Path, request);
        Assert.All(events.SkipLast(1), item => Assert.Equal(JsonValueKind.Null, item.GetProperty("usage").ValueKind));
        Assert.Equal(0, events[^1].GetProperty("choices").GetArrayLength());
        var whole = await _server.PostAsync(Path, new { model = SampleModel.Name, prompt = Prompt, temperature = 0, max_tokens = 9 });
        Assert.Equal(whole.GetProperty("usage").GetProperty("total_tokens").GetInt32(), events[^1].GetProperty("usage").GetProperty("total_tokens").GetInt32());
    }

    [Fact]
    public async Task Echoed_log_probabilities_are_those_of_the_models_logits()
    {
        var ids = SampleModel.Tokenizer.Encode("Gets 元 the 😀 list");
        var answer = await _server.PostAsync(Path, new { model = SampleModel.Name, prompt = ids, temperature = 0, max_tokens = 1, logprobs = 3, echo = true });
        var logProbabilities = answer.GetProperty("choices")[0].GetProperty("logprobs");
        Assert.Equal(["tokens", "token_logprobs", "top_logprobs", "text_offset"], Names(logProbabilities));
        var logits = sample.Logits(ids);
        var tokens = logProbabilities.GetProperty("tokens").EnumerateArray().Select(token => token.GetString()!).ToArray();
        Assert.Equal(ids.Length + 1, tokens.Length);
        Assert.Equal(JsonValueKind.Null, logProbabilities.GetProperty("token_logprobs")[0].ValueKind);
        Assert.Equal(JsonValueKind.Null, logProbabilities.GetProperty("top_logprobs")[0].ValueKind);
        for (var i = 1; i < ids.Length; i++)
        {
            // In double precision, another way than the server's.
            var expected = LogSoftmax(logits[i - 1]);
            Assert.Equal(expected[ids[i]], logProbabilities.GetProperty("token_logprobs")[i].GetDouble(), 5);
            var top = logProbabilities.GetProperty("top_logprobs")[i].EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetDouble());
            // Rows beyond the tokenizer's ids are no tokens.
            var best = expected.Take(SampleModel.Tokenizer.VocabularySize).Max();
            Assert.Equal(best, top.Values.Max(), 5);
            // Evaluation harnesses find out so whether a token is the most probable.
            Assert.Equal(expected[ids[i]] == best, logProbabilities.GetProperty("token_logprobs")[i].GetDouble() == top.Values.Max());
            Assert.InRange(top.Count, 3, 4);
            Assert.Equal(logProbabilities.GetProperty("token_logprobs")[i].GetDouble(), top[tokens[i]]);
        }

        var text = answer.GetProperty("choices")[0].GetProperty("text").GetString()!;
        Assert.StartsWith("Gets 元 the 😀 list", text, StringComparison.Ordinal);
        AssertOffsets(text, logProbabilities, ids);
    }

    [Fact]
    public async Task A_text_that_is_scored_whole_needs_no_tokens_of_its_own()
    {
        const string text = "Gets the list";
        var answer = await _server.PostAsync(Path, new { model = SampleModel.Name, prompt = text, max_tokens = 0, logprobs = 0, echo = true });
        var choice = answer.GetProperty("choices")[0];
        Assert.Equal(text, choice.GetProperty("text").GetString());
        Assert.Equal("length", choice.GetProperty("finish_reason").GetString());
        var ids = SampleModel.Tokenizer.Encode(text);
        var logits = sample.Logits([SampleModel.Tokenizer.EndOfTextId, .. ids]);
        // Text comes after an end-of-text token, and so even its first token has a log-probability.
        Assert.Equal(
            ids.Select((id, i) => Math.Round(LogSoftmax(logits[i])[id], 4)),
            choice.GetProperty("logprobs").GetProperty("token_logprobs").EnumerateArray().Select(item => Math.Round(item.GetDouble(), 4)));
        Assert.Equal(JsonValueKind.Null, choice.GetProperty("logprobs").GetProperty("top_logprobs").ValueKind);
        Assert.Equal(0, answer.GetProperty("usage").GetProperty("completion_tokens").GetInt32());

        // It may fill the context.
        int[] full = [.. Enumerable.Range(0, SampleModel.Context).Select(i => i % 50)];
        var whole = await _server.PostAsync(Path, new { model = SampleModel.Name, prompt = full, max_tokens = 0, logprobs = 0, echo = true });
        Assert.Equal(full.Length, whole.GetProperty("choices")[0].GetProperty("logprobs").GetProperty("token_logprobs").GetArrayLength());
    }

    [Fact]
    public async Task What_prompts_have_in_common_counts_as_cached()
    {
        var prompt = string.Concat(Enumerable.Repeat("the number of elements ", 6));
        var first = await Usage();
        Assert.Equal(0, first.GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt32());
        await _server.IdleAsync();
        var second = await Usage();
        Assert.InRange(second.GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt32(), 1, second.GetProperty("prompt_tokens").GetInt32() - 1);
        Assert.Equal(_server.Server.Statistics.CachedPromptTokens, second.GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt32());

        async Task<JsonElement> Usage() => (await _server.PostAsync(Path, new { model = SampleModel.Name, prompt, max_tokens = 2, temperature = 0 })).GetProperty("usage");
    }

    [Fact]
    public async Task Without_a_limit_a_text_ends_where_the_context_does()
    {
        var ids = Enumerable.Repeat(70, SampleModel.Context - 3).ToArray();
        var answer = await _server.PostAsync(Path, new { model = SampleModel.Name, prompt = ids, temperature = 0, logit_bias = new Dictionary<string, int> { [$"{SampleModel.Tokenizer.EndOfTextId}"] = -100 } });
        Assert.Equal(3, answer.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
        Assert.Equal("length", answer.GetProperty("choices")[0].GetProperty("finish_reason").GetString());
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_text_and_no_seed_another()
    {
        Assert.Equal(await Text(1), await Text(1));
        Assert.NotEqual(await Text(1), await Text(2));
        Assert.NotEqual(await Text(null), await Text(null));

        async Task<string> Text(long? seed) =>
            (await _server.PostAsync(Path, new { model = SampleModel.Name, prompt = Prompt, seed, temperature = 1.5, max_tokens = 24 })).GetProperty("choices")[0].GetProperty("text").GetString()!;
    }

    private static string[] Names(JsonElement element) => [.. element.EnumerateObject().Select(member => member.Name)];

    private static double[] LogSoftmax(float[] logits)
    {
        var normalizer = Math.Log(logits.Sum(x => Math.Exp(x - (double)logits.Max()))) + logits.Max();
        return [.. logits.Select(x => x - normalizer)];
    }

    /// <summary>An offset counts the whole characters before a token, or those before the one that it goes on with.</summary>
    private static void AssertOffsets(string text, JsonElement logProbabilities, int[] prompt)
    {
        List<byte> before = [];
        foreach (var (id, offset) in prompt.Zip(logProbabilities.GetProperty("text_offset").EnumerateArray().Select(item => item.GetInt32())))
        {
            var whole = Encoding.UTF8.GetString([.. before]).EnumerateRunes().Count(rune => rune.Value != 0xFFFD);
            Assert.Equal(whole, offset);
            before.AddRange(SampleModel.Tokenizer.TokenBytes(id));
        }

        Assert.Equal(Encoding.UTF8.GetString([.. before]), text[..Encoding.UTF8.GetString([.. before]).Length]);
    }
}
