using System.Globalization;
using OlmoSharp.Inference.Engines;
using OlmoSharp.Inference.Native;
using OlmoSharp.Inference.Torch;
using OlmoSharp.Models;
using OlmoSharp.Models.Tests;
using Xunit;

namespace OlmoSharp.Inference.Tests.Engines;

/// <summary>Requests and files that are refused, and what generation may cost.</summary>
public sealed class EngineLimitsTests : IDisposable
{
    private static readonly ModelConfig Config = EngineSamples.Of(ModelFamily.Olmo2);

    private readonly TemporaryFolder _folder = new();
    private readonly Transformer _model = SampleModels.Random(Config, 1);

    public EngineLimitsTests() => EngineSamples.Write(_model, _folder.Path, "gguf-q8_0");

    private string File => _folder["model.gguf"];

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Impossible_requests_are_refused_and_change_nothing(bool isTorch)
    {
        using IInferenceEngine engine = isTorch ? new TorchEngine(SampleModels.Random(Config, 1), positions: 128) : NativeEngine.Load(_folder.Path, new() { Positions = 128 });
        using IInferenceEngine other = isTorch ? new TorchEngine(SampleModels.Random(Config, 1)) : NativeEngine.Load(_folder.Path);
        using var sequence = engine.NewSequence();
        using var second = engine.NewSequence();
        using var foreign = other.NewSequence();
        EngineSamples.Append(engine, sequence, 1, 2, 3);
        var (free, logits) = (engine.FreePositions, new float[200 * Config.VocabularySize]);

        Refused<InferenceException>("context of 100", new EngineInput(sequence, new int[98]));
        Refused<InferenceException>("token 263", new EngineInput(second, new[] { 1 }), new EngineInput(sequence, new[] { 5, 263 }));
        Refused<InferenceException>("token -1", new EngineInput(sequence, new[] { -1 }));
        Refused<InferenceException>("positions", new EngineInput(second, new int[100]), new EngineInput(sequence, new int[97]));
        Refused<ArgumentException>("no tokens", new EngineInput(sequence, ReadOnlyMemory<int>.Empty));
        Refused<ArgumentException>("there twice", new EngineInput(sequence, new[] { 1 }), new EngineInput(sequence, new[] { 2 }));
        Refused<ArgumentException>("not of this engine", new EngineInput(sequence, new[] { 1 }), new EngineInput(foreign, new[] { 1 }));
        logits = new float[2 * Config.VocabularySize - 1];
        Refused<ArgumentException>("do not fit", new EngineInput(sequence, new[] { 1, 2 }, AllLogits: true));
        second.Dispose();
        logits = new float[2 * Config.VocabularySize];
        Refused<ObjectDisposedException>("", new EngineInput(sequence, new[] { 1 }), new EngineInput(second, new[] { 1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => sequence.Truncate(4));
        Assert.Throws<ArgumentOutOfRangeException>(() => sequence.Truncate(-1));

        using var expected = other.NewSequence();
        EngineSamples.Append(other, expected, 1, 2, 3);
        Assert.Equal(EngineSamples.Append(other, expected, 4), EngineSamples.Append(engine, sequence, 4));

        void Refused<TException>(string reason, params EngineInput[] inputs)
            where TException : Exception
        {
            Assert.Contains(reason, Assert.ThrowsAny<TException>(() => engine.Forward(inputs, logits)).Message, StringComparison.Ordinal);
            Assert.Equal((3, free), (sequence.Length, engine.FreePositions));
        }
    }

    [Fact]
    public void A_disposed_engine_is_not_used_and_its_sequences_can_go()
    {
        var engine = NativeEngine.Load(File);
        var sequence = engine.NewSequence();
        EngineSamples.Append(engine, sequence, 1, 2);
        engine.Dispose();
        engine.Dispose();
        sequence.Dispose();
        Assert.Throws<ObjectDisposedException>(engine.NewSequence);
        Assert.Throws<ObjectDisposedException>(() => engine.Forward([], []));
    }

    [Fact]
    public void A_truncated_file_is_refused_wherever_it_ends()
    {
        var bytes = System.IO.File.ReadAllBytes(File);
        foreach (var length in Enumerable.Range(0, 40).Select(i => bytes.Length * i / 40).Append(bytes.Length - 33))
        {
            System.IO.File.WriteAllBytes(_folder["cut.gguf"], bytes[..length]);
            Assert.Contains("cut.gguf", Assert.Throws<ModelException>(() => NativeEngine.Load(_folder["cut.gguf"])).Message, StringComparison.Ordinal);
        }

        var weights = _folder["model.safetensors"];
        System.IO.File.WriteAllBytes(weights, System.IO.File.ReadAllBytes(weights)[..^1]);
        Assert.Contains("copy it again", Assert.Throws<InferenceException>(() => NativeEngine.Load(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_larger_than_memory_is_refused()
    {
        var weights = Config.Parameters * 34 / 32;
        var error = Assert.Throws<InferenceException>(() => NativeEngine.Load(File, new() { MemoryBytes = weights / 2 }));
        Assert.Contains("GiB for weights", error.Message, StringComparison.Ordinal);
        Assert.Throws<InferenceException>(() => TorchEngine.RequireMemory(File, 4 * Config.Parameters - 1));
        TorchEngine.RequireMemory(File, 4 * Config.Parameters);

        // Room for the weights and a few blocks: by default the cache is smaller than the context, and more is refused.
        var memory = weights + 20_000 + 2 * BlockPool.BlockBytes(Config, isHalf: false);
        using var engine = NativeEngine.Load(File, new() { MemoryBytes = memory });
        Assert.InRange(engine.Positions, 1, Config.ContextLength - 1);
        error = Assert.Throws<InferenceException>(() => NativeEngine.Load(File, new() { MemoryBytes = memory, Positions = 400 }));
        Assert.Contains("at most ", error.Message, StringComparison.Ordinal);
        var most = int.Parse(error.Message.Split("at most ")[1].Split(' ')[0], CultureInfo.InvariantCulture);
        using var largest = NativeEngine.Load(File, new() { MemoryBytes = memory, Positions = most });
        Assert.Equal(most, largest.Positions);
        Assert.Throws<InferenceException>(() => NativeEngine.Load(File, new() { MemoryBytes = memory, Positions = most + 1 }));
    }

    [Fact]
    public void Available_memory_is_what_the_system_says()
    {
        Assert.Equal(123 * 1024, AvailableMemory.Parse(["MemTotal:  500 kB", "MemAvailable:    123 kB"]));
        Assert.Equal(long.MaxValue, AvailableMemory.Parse(["MemTotal:  500 kB"]));
        Assert.InRange(AvailableMemory.Bytes, 1, long.MaxValue - 1);
    }

    [Theory]
    [InlineData(ModelFamily.Olmo2)]
    [InlineData(ModelFamily.Olmoe)]
    public void A_token_allocates_nothing(ModelFamily family)
    {
        using var folder = new TemporaryFolder();
        using var model = SampleModels.Random(EngineSamples.Of(family), 1);
        using var engine = NativeEngine.Load(EngineSamples.Write(model, folder.Path, "gguf-q4_0"), new() { Positions = 400 });
        using var first = engine.NewSequence();
        using var second = engine.NewSequence();
        EngineInput[] inputs = [new(first, new[] { 1 }), new(second, new[] { 2 })];
        var logits = new float[2 * Config.VocabularySize];
        // Room for the sequences' blocks and the batch's memory is made once.
        for (var i = 0; i < 70; i++)
        {
            engine.Forward(inputs, logits);
        }

        Assert.Equal(0, Allocation.Least(() =>
        {
            first.Truncate(70);
            second.Truncate(70);
            for (var i = 0; i < 25; i++)
            {
                engine.Forward(inputs, logits);
            }
        }));
    }

    [Fact]
    public void Weights_need_no_alignment()
    {
        using var folder = new TemporaryFolder();
        using var model = SampleModels.Random(Config, 2);
        EngineSamples.Write(model, folder.Path, "f32");
        var tokens = EngineSamples.RandomTokens(3, 20, Config);
        var expected = Run();
        // One more space at the end of the header moves every weight by a byte.
        var bytes = System.IO.File.ReadAllBytes(folder["model.safetensors"]);
        var length = (int)BitConverter.ToInt64(bytes) + 1;
        System.IO.File.WriteAllBytes(folder["model.safetensors"], [.. BitConverter.GetBytes((long)length), .. bytes.AsSpan(8, length - 1), (byte)' ', .. bytes.AsSpan(7 + length)]);
        Assert.Equal(expected, Run());

        float[] Run()
        {
            using var engine = NativeEngine.Load(folder.Path);
            return EngineSamples.Logits(engine, tokens);
        }
    }
}
