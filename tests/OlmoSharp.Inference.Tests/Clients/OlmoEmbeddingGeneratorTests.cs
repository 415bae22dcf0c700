using Microsoft.Extensions.AI;
using OlmoSharp.Inference.Clients;
using OlmoSharp.Inference.Engines;
using OlmoSharp.Inference.Scheduling;
using OlmoSharp.Inference.Tests.Scheduling;
using Xunit;

namespace OlmoSharp.Inference.Tests.Clients;

public sealed class OlmoEmbeddingGeneratorTests(SchedulerSample sample) : IClassFixture<SchedulerSample>
{
    private static readonly string[] Texts = ["Gets the number", "über 元素", "", "Gets the number"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(EmbeddingPooling.Mean)]
    [InlineData(EmbeddingPooling.Last)]
    public async Task Vectors_are_those_of_the_hidden_states(EmbeddingPooling pooling)
    {
        await using var scheduler = new RequestScheduler(Model());
        using var generator = new OlmoEmbeddingGenerator(scheduler, "small");
        var made = await generator.GenerateAsync(Texts, pooling == EmbeddingPooling.Mean ? null : new() { RawRepresentationFactory = _ => pooling }, Cancellation);
        using var engine = sample.Engine(640);
        for (var i = 0; i < Texts.Length; i++)
        {
            var expected = Vector(engine, Texts[i], pooling);
            Assert.All(made[i].Vector.ToArray().Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-5f));
            Assert.Equal("small", made[i].ModelId);
        }

        Assert.Equal(made[0].Vector.ToArray(), made[3].Vector.ToArray());
        Assert.Equal(Texts.Sum(text => 1 + SchedulerSample.Tokenizer.Encode(text).Length), made.Usage!.InputTokenCount);
    }

    [Fact]
    public async Task The_pipeline_of_the_library_runs_on_it()
    {
        await using var scheduler = new RequestScheduler(Model());
        DictionaryCache cache = new();
        using var generator = new EmbeddingGeneratorBuilder<string, Embedding<float>>(new OlmoEmbeddingGenerator(scheduler)).UseDistributedCache(cache).Build();
        var first = await generator.GenerateVectorAsync("Gets", cancellationToken: Cancellation);
        Assert.Single(cache.Kept);
        Assert.Equal(first.ToArray(), (await generator.GenerateVectorAsync("Gets", cancellationToken: Cancellation)).ToArray());
        Assert.Equal(sample.Config.HiddenSize, generator.GetService<EmbeddingGeneratorMetadata>()!.DefaultModelDimensions);
        Assert.NotNull(generator.GetService<RequestScheduler>());
    }

    [Fact]
    public async Task What_is_not_supported_is_refused_by_name()
    {
        await using var scheduler = new RequestScheduler(Model());
        using var generator = new OlmoEmbeddingGenerator(scheduler);
        await Refused("Dimensions", new() { Dimensions = 3 });
        await Refused("'other'", new() { ModelId = "other" });
        await Refused("AdditionalProperties", new() { AdditionalProperties = new() { ["x"] = 1 } });
        await Refused("EmbeddingPooling", new() { RawRepresentationFactory = _ => "x" });
        await Refused("the model's context", null, new string('x', 3000));
        Assert.Single(await generator.GenerateAsync(["a"], new() { Dimensions = sample.Config.HiddenSize }, Cancellation));

        async Task Refused(string reason, EmbeddingGenerationOptions? options, string text = "a") => Assert.Contains(
            reason, (await Assert.ThrowsAsync<InferenceException>(() => generator.GenerateAsync([text], options, Cancellation))).Message, StringComparison.Ordinal);
    }

    private LoadedModel Model() => new(sample.Engine(640), SchedulerSample.Tokenizer, SchedulerSample.EndIds);

    private static double[] Vector(IInferenceEngine engine, string text, EmbeddingPooling pooling)
    {
        int[] tokens = [SchedulerSample.Tokenizer.EndOfTextId, .. SchedulerSample.Tokenizer.Encode(text)];
        var size = engine.Config.HiddenSize;
        var hidden = new float[tokens.Length * size];
        using var sequence = engine.NewSequence();
        engine.ForwardHidden([new(sequence, tokens, AllLogits: true)], hidden);
        var rows = Enumerable.Range(0, tokens.Length).Select(row => hidden.AsSpan(row * size, size).ToArray()).ToArray();
        double[] vector = [.. Enumerable.Range(0, size).Select(i => pooling == EmbeddingPooling.Last ? rows[^1][i] : rows.Average(row => (double)row[i]))];
        var length = Math.Sqrt(vector.Sum(x => x * x));
        return [.. vector.Select(x => x / length)];
    }
}
