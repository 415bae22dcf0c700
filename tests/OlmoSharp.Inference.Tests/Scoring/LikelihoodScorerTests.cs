using CsCheck;
using OlmoSharp.Inference.Engines;
using OlmoSharp.Inference.Native;
using OlmoSharp.Inference.Scoring;
using OlmoSharp.Inference.Tests.Engines;
using OlmoSharp.Inference.Tests.Scheduling;
using OlmoSharp.Inference.Torch;
using OlmoSharp.Models;
using OlmoSharp.Models.Tests;
using Xunit;

namespace OlmoSharp.Inference.Tests.Scoring;

public sealed class LikelihoodScorerTests : IDisposable
{
    private static readonly ModelConfig Config = SampleModels.Small with { ContextLength = 120, VocabularySize = 40 };

    // Pieces of few kinds one after the other, so that pairs share beginnings of all lengths, some begin others, and some are equal.
    private static readonly Gen<int[]> Texts = Gen.Int[0, 2].Array[1, 6].Select(pieces => pieces.SelectMany(kind => Enumerable.Range(0, 1 + 9 * kind).Select(i => (kind * 7 + i * i) % 40)).ToArray());

    private static readonly Gen<ContinuationPair[]> Pairs = Gen.Select(Texts, Gen.Int[0, 1000]).Where(pair => pair.Item1.Length > 1)
        .Select((text, cut) => new ContinuationPair(text[..(1 + cut % (text.Length - 1))], text[(1 + cut % (text.Length - 1))..])).Array[1, 40];

    private readonly TemporaryFolder _folder = new();

    public LikelihoodScorerTests()
    {
        using var model = SampleModels.Random(Config, 3);
        EngineSamples.Write(model, _folder.Path, "f32");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Scores_are_bit_by_bit_those_of_each_pair_alone_and_common_tokens_are_computed_once()
    {
        using var alone = NativeEngine.Load(_folder.Path, new() { Threads = 1 });
        Gen.Select(Pairs, Gen.Int[4, 40], Gen.Int[1, 300]).Sample(
            (pairs, blocks, tokens) =>
            {
                using var engine = new WatchedEngine(NativeEngine.Load(_folder.Path, new() { Positions = 32 * blocks, Threads = 1 }));
                var scorer = new LikelihoodScorer(engine) { TokensPerPass = tokens };
                var (done, all) = (0L, 0L);
                var scores = scorer.Score(pairs, (now, total) => (done, all) = (now, total), TestContext.Current.CancellationToken);
                Assert.Equal(engine.Positions, engine.FreePositions);
                for (var i = 0; i < pairs.Length; i++)
                {
                    var expected = ByHand(alone, pairs[i]);
                    SampleModels.Close(expected.LogProbabilities, scores[i].LogProbabilities, 1e-12);
                    Assert.Equal(expected.AreGreedy, scores[i].AreGreedy);
                    Assert.Equal(scores[i].AreGreedy.All(greedy => greedy), scores[i].IsGreedy);
                    Assert.Equal(scores[i].LogProbabilities.Sum(), scores[i].Sum);
                    Assert.Equal(new LikelihoodScorer(alone).Score([pairs[i]], cancellation: TestContext.Current.CancellationToken)[0].LogProbabilities, scores[i].LogProbabilities);
                }

                var paths = pairs.Select(pair => pair.Context.Concat(pair.Continuation).SkipLast(1).ToArray()).ToArray();
                var distinct = paths.SelectMany(path => Enumerable.Range(1, path.Length).Select(length => string.Join(' ', path.Take(length)))).Distinct().Count();
                Assert.Equal((paths.Sum(path => (long)path.Length), distinct), (scorer.TokensAsked, scorer.TokensComputed));
                Assert.Equal((distinct, distinct), (done, all));
                Assert.Equal(distinct, engine.Tokens);
            },
            iter: 10, threads: 1);
    }

    [Fact]
    public void Torch_scores_are_the_same_to_rounding()
    {
        using var alone = NativeEngine.Load(_folder.Path, new() { Threads = 1 });
        using var engine = TorchEngine.Load(_folder.Path, positions: 300);
        Pairs.Sample(
            pairs =>
            {
                var scores = new LikelihoodScorer(engine).Score(pairs, cancellation: TestContext.Current.CancellationToken);
                Assert.Equal(engine.Positions, engine.FreePositions);
                foreach (var (pair, score) in pairs.Zip(scores))
                {
                    SampleModels.Close(ByHand(alone, pair).LogProbabilities, score.LogProbabilities, 1e-4);
                }
            },
            iter: 2, threads: 1);
    }

    /// <summary>Rows of many lengths, padded, of a dense and of a sparse model: what the native engine says of each pair alone, and of a model that still learns.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void A_models_own_forward_pass_gives_the_same_to_rounding_and_leaves_the_model_as_it_was(int experts)
    {
        var config = experts == 0 ? Config : Config with { Experts = experts, ExpertsPerToken = 2, NormPlacement = NormPlacement.BeforeSublayer };
        using var model = SampleModels.Random(config, 3);
        using var folder = new TemporaryFolder();
        EngineSamples.Write(model, folder.Path, "f32");
        using var alone = NativeEngine.Load(folder.Path, new() { Threads = 1 });
        model.Parameters.EnableGradients();
        var before = model.Parameters.Vectors.Select(vector => vector.ToBits()).ToList();
        var random = TorchSharp.torch.get_rng_state().data<byte>().ToArray();
        Pairs.Sample(
            pairs =>
            {
                var scorer = new TransformerLikelihood(model);
                var scores = scorer.Score(pairs, TestContext.Current.CancellationToken);
                foreach (var (pair, score) in pairs.Zip(scores))
                {
                    SampleModels.Close(ByHand(alone, pair).LogProbabilities, score.LogProbabilities, 1e-4);
                }

                Assert.Equal(scores.Select(score => score.Sum), scorer.Score(pairs, TestContext.Current.CancellationToken).Select(score => score.Sum));
            },
            iter: 20, threads: 1);
        Assert.Equal(before, model.Parameters.Vectors.Select(vector => vector.ToBits()));
        Assert.All(model.Parameters.Gradients, gradient => Assert.All(gradient.ToBits(), bits => Assert.Equal(0, bits)));
        Assert.Equal(random, TorchSharp.torch.get_rng_state().data<byte>().ToArray());
    }

    [Fact]
    public void A_models_own_forward_pass_knows_the_most_probable_tokens_and_says_what_it_cannot_score()
    {
        using var model = SampleModels.Random(Config, 3);
        using var alone = NativeEngine.Load(_folder.Path, new() { Threads = 1 });
        ContinuationPair[] pairs = [new([1, 2], [3, 4], Top: 3), new([1, 2, 3, 4, 5], [6]), new([1, 2], [3], Top: 1)];
        var scores = new TransformerLikelihood(model).Score(pairs, TestContext.Current.CancellationToken);
        var expected = new LikelihoodScorer(alone).Score(pairs, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(expected.Select(score => score.Top.Select(top => top.Select(token => token.Id))), scores.Select(score => score.Top.Select(top => top.Select(token => token.Id))));
        Assert.Equal(expected.Select(score => score.AreGreedy), scores.Select(score => score.AreGreedy));
        Assert.Empty(new TransformerLikelihood(model).Score([], TestContext.Current.CancellationToken));
        Assert.Throws<OperationCanceledException>(() => new TransformerLikelihood(model).Score(pairs, new(canceled: true)));
        using (TorchSharp.torch.no_grad())
        {
            model.Parameters.Vectors[0].fill_(double.NaN);
        }

        Assert.Throws<InferenceException>(() => new TransformerLikelihood(model).Score(pairs, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Many_short_endings_of_a_long_beginning_fill_the_passes()
    {
        using var engine = new WatchedEngine(NativeEngine.Load(_folder.Path, new() { Threads = 1 }));
        var beginning = EngineSamples.RandomTokens(1, 80, Config);
        var pairs = Enumerable.Range(0, 400).Select(i => new ContinuationPair([.. beginning, i % 40, i / 40], [3, 5, i % 7])).ToList();
        var scorer = new LikelihoodScorer(engine) { TokensPerPass = 128 };
        scorer.Score(pairs, cancellation: TestContext.Current.CancellationToken);
        // 80, then 40 beginnings, then 400 of 3 tokens.
        Assert.Equal(80 + 40 + 400 * 3, scorer.TokensComputed);
        Assert.Equal(400 * 84, scorer.TokensAsked);
        Assert.InRange(engine.Passes, scorer.TokensComputed / 128, 40);
        Assert.Equal(engine.Positions, engine.FreePositions);
    }

    [Fact]
    public void What_cannot_be_scored_is_named()
    {
        using var engine = NativeEngine.Load(_folder.Path, new() { Positions = 64, Threads = 1 });
        var scorer = new LikelihoodScorer(engine);
        Refused("pair 1 has 0 tokens", new([1], [2]), new([], [2]));
        Refused("pair 0 has 1 tokens of context and 0", new ContinuationPair([1], []));
        Refused("pair 0: token 40", new ContinuationPair([1], [2, 40]));
        Refused("pair 0 has 122 tokens", new ContinuationPair(new int[121], [1]));
        Refused("cached positions", new ContinuationPair(new int[80], [1]));
        Assert.Empty(scorer.Score([], cancellation: TestContext.Current.CancellationToken));
        Assert.Single(scorer.Score([new(new int[60], [1, 2, 3, 4, 5])], cancellation: TestContext.Current.CancellationToken));
        Assert.Throws<OperationCanceledException>(() => scorer.Score([new([1], [2])], cancellation: new(canceled: true)));
        Assert.Equal(64, engine.FreePositions);

        void Refused(string reason, params ContinuationPair[] pairs) =>
            Assert.Contains(reason, Assert.Throws<InferenceException>(() => scorer.Score(pairs)).Message, StringComparison.Ordinal);
    }

    private static ContinuationScore ByHand(IInferenceEngine engine, ContinuationPair pair)
    {
        var rows = EngineSamples.Logits(engine, [.. pair.Context, .. pair.Continuation]).Chunk(engine.Config.VocabularySize).ToArray();
        List<double> logProbabilities = [];
        List<bool> areGreedy = [];
        for (var i = 0; i < pair.Continuation.Count; i++)
        {
            var row = rows[pair.Context.Count + i - 1];
            logProbabilities.Add(row[pair.Continuation[i]] - Math.Log(row.Sum(logit => Math.Exp(logit))));
            areGreedy.Add(Array.IndexOf(row, row.Max()) == pair.Continuation[i]);
        }

        return new(logProbabilities, areGreedy);
    }
}
