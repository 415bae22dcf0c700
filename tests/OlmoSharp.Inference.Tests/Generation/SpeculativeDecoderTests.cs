using CsCheck;
using OlmoSharp.Inference.Constraints;
using OlmoSharp.Inference.Generation;
using OlmoSharp.Inference.Tests.Engines;
using OlmoSharp.Inference.Tests.Sampling;
using OlmoSharp.Tokenization;
using Xunit;

namespace OlmoSharp.Inference.Tests.Generation;

public class SpeculativeDecoderTests
{
    private const int Context = 48;

    private static readonly Tokenizer Tokenizer = TestTokenizer.Value;
    private static readonly int Size = Tokenizer.VocabularySize;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Drafts that are mostly right, mostly wrong, and of a shorter context.</summary>
    [Fact]
    public void Greedy_text_is_the_same_as_without_a_draft() => Gen.Select(Gen.Int[0, 999], Gen.Int[1, 6], Gen.Bool, Gen.Int[1, 40], Gen.Bool).Sample(
        (seed, tokens, right, most, penalties) =>
        {
            var options = new GenerationOptions
            {
                MaximumTokens = most, StopIds = [3, 90], StopStrings = ["元"], LogProbabilities = 1,
                Sampling = new() { Temperature = 0, FrequencyPenalty = penalties ? 0.5 : 0, RepetitionPenalty = penalties ? 1.2 : 1 },
            };
            int[] prompt = [0, seed % Size, 5];
            using var plain = new TextGenerator(FakeEngine.Random(Size, Context, seed), Tokenizer);
            using var drafted = new TextGenerator(
                FakeEngine.Random(Size, Context, seed), Tokenizer, new DraftModel(FakeEngine.Random(Size + 2, right ? Context : 20, right ? seed : seed + 1), tokens));
            var expected = plain.Generate(prompt, options, Cancellation).ToList();
            var actual = drafted.Generate(prompt, options, Cancellation).ToList();
            Assert.Equal(expected.Select(Parts), actual.Select(Parts));
            // Once more, with what was kept from before.
            Assert.Equal(expected.Select(Parts), drafted.Generate(prompt, options, Cancellation).Select(Parts));

            static (int?, string, FinishReason?, double?) Parts(GenerationStep step) => (step.Id, step.Text, step.Finish, step.LogProbabilities?.Chosen.LogProbability);
        },
        iter: 60);

    [Fact]
    public void A_good_draft_saves_passes()
    {
        var engine = FakeEngine.Random(Size, Context, 1);
        using var generator = new TextGenerator(engine, Tokenizer, new DraftModel(FakeEngine.Random(Size, Context, 1), 4));
        var ids = generator.Complete([0, 1], new() { MaximumTokens = 20, Sampling = new() { Temperature = 0 } }, Cancellation)[0].Ids;
        Assert.Equal(20, ids.Count);
        // The prompt, then five tokens a pass.
        Assert.Equal(5, engine.Passes.Count);
    }

    /// <summary>The first two tokens of many texts against their exact joint distribution, with a draft that has another one.</summary>
    [Fact]
    public void Sampled_text_has_the_distribution_of_the_model_alone()
    {
        const int draws = 6_000;
        // Four tokens are possible, the others are out of reach.
        var ids = Tokenizer.Encode("xyz!");
        float Logit(IReadOnlyList<int> tokens, int id, int seed) =>
            Array.IndexOf(ids, id) is >= 0 and var place ? (float)(2 * Math.Sin(seed + 3.7 * place + 1.3 * Math.Max(0, Array.IndexOf(ids, tokens[^1])))) : -100;
        var options = new GenerationOptions { MaximumTokens = 2, Sampling = new() { Temperature = 1.2, TopK = 3, TopP = 1, PresencePenalty = 0.4 } };
        using var generator = new TextGenerator(
            new FakeEngine(Size, Context, (tokens, id) => Logit(tokens, id, 1)), Tokenizer, new DraftModel(new FakeEngine(Size, Context, (tokens, id) => Logit(tokens, id, 5)), 3));
        Dictionary<(int, int), int> counts = [];
        for (var i = 0; i < draws; i++)
        {
            var text = generator.Complete([0], options with { Sampling = options.Sampling with { Seed = i } }, Cancellation)[0].Ids;
            counts[(text[0], text[1])] = counts.GetValueOrDefault((text[0], text[1])) + 1;
        }

        Dictionary<(int, int), double> expected = [];
        foreach (var (first, p) in After([0], []))
        {
            foreach (var (second, q) in After([0, first], [first]))
            {
                expected[(first, second)] = p * q;
            }
        }

        Assert.Equal(9, expected.Count);
        Assert.Empty(counts.Keys.Except(expected.Keys));
        var chiSquare = expected.Sum(pair => Math.Pow(counts.GetValueOrDefault(pair.Key) - draws * pair.Value, 2) / (draws * pair.Value));
        Assert.InRange(chiSquare, 0, 8 + 5 * Math.Sqrt(16));

        Dictionary<int, double> After(int[] tokens, int[] generated) =>
            SamplingDefinition.Of([.. Enumerable.Range(0, Size).Select(id => Logit(tokens, id, 1))], options.Sampling, [], generated);
    }

    [Fact]
    public void A_constraint_holds_with_a_draft_too()
    {
        var constraint = OutputConstraint.JsonSchema(
            """{"type": "object", "properties": {"a": {"enum": ["x", "yy"]}, "b": {"type": "boolean"}}, "required": ["a", "b"], "additionalProperties": false}""", Tokenizer);
        var options = new GenerationOptions { MaximumTokens = 44, Constraint = constraint, Sampling = new() { Temperature = 0 } };
        using var plain = new TextGenerator(FakeEngine.Random(Size, Context, 8), Tokenizer);
        using var drafted = new TextGenerator(FakeEngine.Random(Size, Context, 8), Tokenizer, new DraftModel(FakeEngine.Random(Size, Context, 9), 3));
        var expected = plain.Complete([0], options, Cancellation)[0];
        Assert.Equal(expected.Ids, drafted.Complete([0], options, Cancellation)[0].Ids);
    }
}
