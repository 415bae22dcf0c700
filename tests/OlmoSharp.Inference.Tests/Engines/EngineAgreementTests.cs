using CsCheck;
using OlmoSharp.Inference.Engines;
using OlmoSharp.Inference.Native;
using OlmoSharp.Inference.Torch;
using OlmoSharp.Models;
using OlmoSharp.Models.HuggingFace;
using OlmoSharp.Models.Tests;
using Xunit;

namespace OlmoSharp.Inference.Tests.Engines;

public sealed class EngineAgreementTests
{
    private const double Float32 = 1e-4;

    // Of logits that quantized activations give, against the spread of the logits. In a sparse model another choice of experts may follow.
    private const double Quantized = 0.06;

    /// <summary>Every family in every type of weights, and whether the type's arithmetic rounds activations to 8 bits a block.</summary>
    public static TheoryData<ModelFamily, string, bool> Files()
    {
        var data = new TheoryData<ModelFamily, string, bool>();
        foreach (var family in EngineSamples.Families)
        {
            data.AddRange((family, "f32", false), (family, "bf16", false), (family, "f16", false));
            if (family != ModelFamily.FlexOlmo)
            {
                data.AddRange(
                    (family, "gguf-f32", false), (family, "gguf-f16", false), (family, "gguf-bf16", false),
                    (family, "gguf-q8_0", true), (family, "gguf-q4_0", true), (family, "gguf-q4_k_m", true));
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Engines_compute_what_the_training_forward_pass_does(ModelFamily family, string type, bool isQuantized)
    {
        using var folder = new TemporaryFolder();
        using var saved = SampleModels.Random(EngineSamples.Of(family, type.EndsWith("q4_k_m", StringComparison.Ordinal) ? 256 : 64), 1);
        var path = EngineSamples.Write(saved, folder.Path, type);
        using var model = EngineSamples.Load(path);
        using var native = NativeEngine.Load(path);
        using var torch = TorchEngine.Load(path);
        var tokens = EngineSamples.RandomTokens(2, 70, model.Config);
        var expected = EngineSamples.Training(model, tokens);
        EngineSamples.Close(expected, EngineSamples.Logits(torch, tokens), model.Config.VocabularySize, Float32);
        var actual = EngineSamples.Logits(native, tokens);
        if (isQuantized)
        {
            Assert.InRange(EngineSamples.RootMeanSquare(expected.Zip(actual, (x, y) => x - y)) / EngineSamples.RootMeanSquare(expected), 0, Quantized);
        }
        else
        {
            EngineSamples.Close(expected, actual, model.Config.VocabularySize, Float32);
        }
    }

    [Theory]
    [InlineData(ModelFamily.Olmo)]
    [InlineData(ModelFamily.Olmo2)]
    [InlineData(ModelFamily.Olmoe)]
    public void Greedy_tokens_are_those_of_the_training_forward_pass(ModelFamily family)
    {
        using var folder = new TemporaryFolder();
        using var model = SampleModels.Random(EngineSamples.Of(family) with { TiedEmbeddings = true }, 3);
        var path = EngineSamples.Write(model, folder.Path, "f32");
        using var native = NativeEngine.Load(path);
        using var torch = TorchEngine.Load(path);
        var tokens = EngineSamples.RandomTokens(4, 5, model.Config).ToList();
        using var first = native.NewSequence();
        using var second = torch.NewSequence();
        var (fromNative, fromTorch) = (EngineSamples.Append(native, first, tokens), EngineSamples.Append(torch, second, tokens));
        for (var i = 0; i < 40; i++)
        {
            var next = Best(EngineSamples.Training(model, tokens));
            Assert.Equal(next, Best(fromNative));
            Assert.Equal(next, Best(fromTorch));
            tokens.Add(next);
            (fromNative, fromTorch) = (EngineSamples.Append(native, first, next), EngineSamples.Append(torch, second, next));
        }

        int Best(float[] logits)
        {
            var last = logits.AsSpan(logits.Length - model.Config.VocabularySize).ToArray();
            return Array.IndexOf(last, last.Max());
        }
    }

    [Fact]
    public void Every_option_of_the_architecture_is_computed()
        => SampleModels.Configs.Select(Gen.Int[1, 80], Gen.Bool).Sample(
            (config, length, isInPieces) =>
            {
                config = config with { ContextLength = 100 };
                using var folder = new TemporaryFolder();
                using var model = SampleModels.Random(config, length);
                ModelFolder.Save(model, folder.Path);
                using var native = NativeEngine.Load(folder.Path, new() { Threads = 1 });
                var tokens = EngineSamples.RandomTokens(length, length, config);
                var expected = EngineSamples.Training(model, tokens);
                EngineSamples.Close(expected, EngineSamples.Logits(native, tokens), config.VocabularySize, 2e-4);
                using var sequence = native.NewSequence();
                var pieces = isInPieces ? tokens.Chunk(7) : tokens.Select(token => new[] { token });
                Assert.Equal(EngineSamples.Logits(native, tokens), pieces.SelectMany(piece => EngineSamples.Append(native, sequence, piece)));
                sequence.Dispose();
                Assert.Equal(native.Positions, native.FreePositions);
            },
            iter: 30, threads: 1);

    [Theory]
    [InlineData(ModelFamily.Olmo, "gguf-f16")]
    [InlineData(ModelFamily.Olmo2, "bf16")]
    [InlineData(ModelFamily.Olmo2, "gguf-q8_0")]
    [InlineData(ModelFamily.Olmo2, "gguf-q4_k_m")]
    [InlineData(ModelFamily.Olmoe, "f32")]
    [InlineData(ModelFamily.Olmoe, "gguf-q4_0")]
    [InlineData(ModelFamily.FlexOlmo, "f16")]
    public void A_sequence_has_the_same_bits_whatever_is_beside_it(ModelFamily family, string type)
    {
        using var folder = new TemporaryFolder();
        using var model = SampleModels.Random(EngineSamples.Of(family, type == "gguf-q4_k_m" ? 256 : 64), 5);
        var path = EngineSamples.Write(model, folder.Path, type);
        // Longer in all than one pass, so that passes end within sequences.
        using var native = NativeEngine.Load(path, new() { Positions = 2000 });
        var texts = Enumerable.Range(0, 12).Select(i => EngineSamples.RandomTokens(i, i % 3 == 0 ? 1 : 98 - i, model.Config)).ToList();
        var sequences = texts.ConvertAll(_ => native.NewSequence());
        var inputs = sequences.Zip(texts, (sequence, text) => new EngineInput(sequence, text, AllLogits: text.Length % 2 == 0)).ToList();
        var logits = new float[inputs.Sum(input => input.LogitRows) * model.Config.VocabularySize];
        native.Forward(inputs, logits);
        var expected = texts.SelectMany((text, i) => LastRows(EngineSamples.Logits(native, text), inputs[i].LogitRows));
        Assert.Equal(expected, logits);

        var next = sequences.Select((sequence, i) => new EngineInput(sequence, new[] { i })).ToList();
        native.Forward(next, logits);
        expected = texts.SelectMany((text, i) => LastRows(EngineSamples.Logits(native, [.. text, i]), 1));
        Assert.Equal(expected, logits.Take(texts.Count * model.Config.VocabularySize));

        IEnumerable<float> LastRows(float[] all, int rows) => all.TakeLast(rows * model.Config.VocabularySize);
    }

    [Theory]
    [InlineData(ModelFamily.Olmo)]
    [InlineData(ModelFamily.Olmo2)]
    public void A_cache_in_half_precision_takes_half_the_memory_and_rounds_a_little(ModelFamily family)
    {
        // Heads of 44: whole vectors of every kind and a rest.
        var config = EngineSamples.Of(family) with { HiddenSize = 4 * 44 };
        using var folder = new TemporaryFolder();
        using var model = SampleModels.Random(config, 8);
        var path = EngineSamples.Write(model, folder.Path, "f32");
        using var native = NativeEngine.Load(path, new() { HalfPrecisionCache = true });
        var tokens = EngineSamples.RandomTokens(9, 90, config);
        var expected = EngineSamples.Training(model, tokens);
        var actual = EngineSamples.Logits(native, tokens);
        Assert.InRange(EngineSamples.RootMeanSquare(expected.Zip(actual, (x, y) => x - y)) / EngineSamples.RootMeanSquare(expected), 1e-5, 3e-3);
        using var sequence = native.NewSequence();
        Assert.Equal(actual, tokens.Chunk(11).SelectMany(piece => EngineSamples.Append(native, sequence, piece)));
        Assert.Equal(BlockPool.BlockBytes(config, isHalf: false), 2 * BlockPool.BlockBytes(config, isHalf: true));
    }

    [Fact]
    public void The_number_of_threads_changes_no_bit()
    {
        using var folder = new TemporaryFolder();
        using var model = SampleModels.Random(EngineSamples.Of(ModelFamily.Olmoe), 6);
        var path = EngineSamples.Write(model, folder.Path, "f32");
        var tokens = EngineSamples.RandomTokens(7, 90, model.Config);
        var expected = Run(1);
        Assert.Equal(expected, Run(2));
        Assert.Equal(expected, Run(7));

        float[] Run(int threads)
        {
            using var engine = NativeEngine.Load(path, new() { Threads = threads });
            return EngineSamples.Logits(engine, tokens);
        }
    }
}
