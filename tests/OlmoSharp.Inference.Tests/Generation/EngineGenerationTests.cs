using CsCheck;
using OlmoSharp.Inference.Generation;
using OlmoSharp.Inference.Sampling;
using OlmoSharp.Inference.Tests.Engines;
using OlmoSharp.Tokenization;
using Xunit;

namespace OlmoSharp.Inference.Tests.Generation;

/// <summary>Generation on an engine whose logits are known.</summary>
public class EngineGenerationTests
{
    private const int Context = 64;

    private static readonly Tokenizer Tokenizer = TestTokenizer.Value;
    private static readonly int Size = Tokenizer.VocabularySize;
    private static readonly GenerationOptions Warm = new() { MaximumTokens = 12, Sampling = new() { Temperature = 1, TopP = 1, Seed = 4 } };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Text_ends_at_a_stop_string_wherever_tokens_end() => Gen.Int[0, 10_000].Sample(
        seed =>
        {
            using var generator = Generator(seed);
            var options = Warm with { MaximumTokens = 40, Sampling = Warm.Sampling with { Seed = seed } };
            var whole = generator.Complete([0, seed % Size], options, Cancellation)[0];
            var random = new Random(seed);
            if (whole.Text.Length < 8)
            {
                return;
            }

            // A stop string taken from the text itself, across borders of tokens.
            var start = random.Next(whole.Text.Length - 4);
            var stop = whole.Text.Substring(start, random.Next(1, 5));
            if (stop.Any(char.IsSurrogate))
            {
                return;
            }

            var stopped = generator.Complete([0, seed % Size], options with { StopStrings = [stop] }, Cancellation)[0];
            Assert.Equal(FinishReason.Stop, stopped.Finish);
            Assert.Equal(whole.Text[..whole.Text.IndexOf(stop, StringComparison.Ordinal)], stopped.Text);
            Assert.Equal(whole.Ids.Take(stopped.Ids.Count), stopped.Ids);
            Assert.Contains(stop, Tokenizer.Decode([.. stopped.Ids], skipSpecialTokens: true), StringComparison.Ordinal);
        },
        iter: 60);

    [Fact]
    public void Reasons_of_the_end()
    {
        // After token t comes t + 1.
        using var generator = new TextGenerator(Counting(), Tokenizer);
        var greedy = new GenerationOptions { MaximumTokens = 5, Sampling = new() { Temperature = 0 } };
        var first = Tokenizer.Encode("a")[0];
        var steps = generator.Generate([first], greedy, Cancellation).ToList();
        Assert.Equal(Enumerable.Range(first + 1, 5), steps.Select(step => step.Id!.Value));
        Assert.Equal([null, null, null, null, FinishReason.Length], steps.Select(step => step.Finish));

        var stopped = generator.Complete([first], greedy with { StopIds = [first + 3] }, Cancellation)[0];
        Assert.Equal((FinishReason.Stop, 2), (stopped.Finish, stopped.Ids.Count));

        using var ending = new TextGenerator(Counting(), Tokenizer, first + 2);
        var ended = ending.Complete([first], greedy, Cancellation)[0];
        Assert.Equal((FinishReason.Stop, 1), (ended.Finish, ended.Ids.Count));

        var none = generator.Complete([first], greedy with { MaximumTokens = 0, Samples = 2 }, Cancellation);
        Assert.All(none, result => Assert.Equal((FinishReason.Length, 0, ""), (result.Finish, result.Ids.Count, result.Text)));

        var full = generator.Complete([.. Enumerable.Repeat(first, Context - 2)], greedy, Cancellation)[0];
        Assert.Equal((FinishReason.Length, 2), (full.Finish, full.Ids.Count));
    }

    [Fact]
    public void Samples_are_those_of_one_at_a_time_and_differ()
    {
        using var generator = Generator(1);
        var options = Warm with { Samples = 4, StopIds = [5, 9, 40, 41, 42, 43, 44, 45, 46] };
        var together = generator.Complete([0, 7], options, Cancellation);
        Assert.True(together.Select(result => string.Join(' ', result.Ids)).Distinct().Count() > 1);
        for (var sample = 0; sample < 4; sample++)
        {
            Assert.Equal(ByHand(1, [0, 7], options, sample), together[sample].Ids);
        }
    }

    [Fact]
    public void Log_probabilities_are_the_models_own_whatever_the_sampling()
    {
        using var generator = Generator(2);
        var options = Warm with { LogProbabilities = 3, Sampling = new() { Temperature = 0.5, TopK = 4, FrequencyPenalty = 1, LogitBias = new Dictionary<int, double> { [17] = 6 } } };
        var result = generator.Complete([0, 3], options, Cancellation)[0];
        List<int> tokens = [0, 3];
        Assert.Equal(result.Ids.Count, result.LogProbabilities!.Count);
        foreach (var (id, logProbabilities) in result.Ids.Zip(result.LogProbabilities))
        {
            var logits = Logits(2, tokens);
            var normalizer = Math.Log(logits.Sum(logit => Math.Exp(logit)));
            Assert.Equal(id, logProbabilities.Chosen.Id);
            Assert.Equal(logits[id] - normalizer, logProbabilities.Chosen.LogProbability, 1e-6);
            Assert.Equal(Enumerable.Range(0, Size).OrderByDescending(other => logits[other]).Take(3), logProbabilities.Top.Select(token => token.Id));
            tokens.Add(id);
        }
    }

    [Fact]
    public void What_prompts_have_in_common_is_computed_once()
    {
        var engine = Engine(3);
        using var generator = new TextGenerator(engine, Tokenizer);
        var options = Warm with { MaximumTokens = 1 };
        generator.Complete([0, 1, 2, 3, 4, 5], options, Cancellation);
        generator.Complete([0, 1, 2, 9, 9, 9], options, Cancellation);
        var again = generator.Complete([0, 1, 2, 9, 9, 9], options, Cancellation)[0];
        var shorter = generator.Complete([0, 1], options, Cancellation)[0];
        Assert.Equal([6, 3, 1, 1], engine.Passes);
        Assert.Equal(ByHand(3, [0, 1, 2, 9, 9, 9], options, 0), again.Ids);
        Assert.Equal(ByHand(3, [0, 1], options, 0), shorter.Ids);
        Assert.Equal(1, engine.Open);

        // A chat's next prompt contains the answer, whose last token alone is new to the engine.
        var answer = generator.Complete([0, 1, 2], Warm, Cancellation)[0].Ids;
        engine.Passes.Clear();
        generator.Complete([0, 1, 2, .. answer, 8], options, Cancellation);
        Assert.Equal([2], engine.Passes);
    }

    [Fact]
    public void Two_texts_at_once_do_not_disturb_each_other()
    {
        var engine = Engine(5);
        using var generator = new TextGenerator(engine, Tokenizer);
        var (a, b) = (generator.Generate([0, 1], Warm, Cancellation).GetEnumerator(), generator.Generate([0, 2], Warm, Cancellation).GetEnumerator());
        List<int> first = [], second = [];
        using (a)
        using (b)
        {
            while (a.MoveNext() & b.MoveNext())
            {
                first.Add(a.Current.Id!.Value);
                second.Add(b.Current.Id!.Value);
            }
        }

        Assert.Equal(1, engine.Open);
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void A_tokenizer_with_more_ids_than_the_model_is_refused()
    {
        using var engine = FakeEngine.Random(Size - 1, Context, 1);
        Assert.Contains("do not belong together", Assert.Throws<InferenceException>(() => new TextGenerator(engine, Tokenizer)).Message, StringComparison.Ordinal);
    }

    private static FakeEngine Engine(int seed) => FakeEngine.Random(Size + 3, Context, seed);

    private static FakeEngine Counting() => new(Size, Context, (tokens, id) => id == tokens[^1] + 1 ? 5 : 0);

    private static TextGenerator Generator(int seed) => new(Engine(seed), Tokenizer);

    private static float[] Logits(int seed, List<int> tokens)
    {
        using var engine = Engine(seed);
        using var sequence = engine.NewSequence();
        var logits = new float[Size + 3];
        engine.Forward([new(sequence, tokens.ToArray())], logits);
        return logits[..Size];
    }

    /// <summary>Token by token, the whole sequence each time.</summary>
    private static List<int> ByHand(int seed, int[] prompt, GenerationOptions options, int sample)
    {
        var sampler = new Sampler(options.Sampling, sample);
        List<int> tokens = [.. prompt];
        while (tokens.Count < prompt.Length + options.MaximumTokens)
        {
            var id = sampler.Choose(Logits(seed, tokens));
            if (id == Tokenizer.EndOfTextId || options.StopIds.Contains(id))
            {
                break;
            }

            tokens.Add(id);
        }

        return tokens[prompt.Length..];
    }
}
