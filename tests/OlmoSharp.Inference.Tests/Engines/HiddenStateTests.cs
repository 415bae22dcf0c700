using CsCheck;
using OlmoSharp.Inference.Engines;
using OlmoSharp.Inference.Native;
using OlmoSharp.Inference.Torch;
using OlmoSharp.Models;
using OlmoSharp.Models.Tests;
using Xunit;
using static TorchSharp.torch;

namespace OlmoSharp.Inference.Tests.Engines;

/// <summary>Rows that engines give: of which tokens, and hidden states in place of logits.</summary>
public sealed class HiddenStateTests
{
    [Theory]
    [InlineData(ModelFamily.Olmo)]
    [InlineData(ModelFamily.Olmo2)]
    [InlineData(ModelFamily.Olmoe)]
    public void Hidden_states_are_those_of_the_training_forward_pass(ModelFamily family)
    {
        using var folder = new TemporaryFolder();
        using var model = SampleModels.Random(EngineSamples.Of(family), 11);
        var path = EngineSamples.Write(model, folder.Path, "f32");
        using var native = NativeEngine.Load(path, new() { Threads = 1 });
        using var torch = TorchEngine.Load(path);
        var tokens = EngineSamples.RandomTokens(12, 70, model.Config);
        var expected = Training(model, tokens);
        foreach (var engine in new IInferenceEngine[] { native, torch })
        {
            using var sequence = engine.NewSequence();
            var hidden = new float[expected.Length];
            engine.ForwardHidden([new(sequence, tokens, AllLogits: true)], hidden);
            SampleModels.Close(expected, [.. hidden.Select(x => (double)x)], 1e-4);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rows_are_those_of_the_last_tokens(bool isHidden)
    {
        using var folder = new TemporaryFolder();
        using var model = SampleModels.Random(EngineSamples.Of(ModelFamily.Olmo2), 13);
        var path = EngineSamples.Write(model, folder.Path, "f32");
        using var native = NativeEngine.Load(path, new() { Threads = 1, Positions = 4000 });
        using var torch = TorchEngine.Load(path, positions: 4000);
        var width = isHidden ? model.Config.HiddenSize : model.Config.VocabularySize;
        // More in all than a pass of the native engine has rows.
        Gen.Select(Gen.Int[1, 90], Gen.Int[0, 90]).Array[1, 12].Sample(
            lengths =>
            {
                foreach (var engine in new IInferenceEngine[] { native, torch })
                {
                    Check(engine, [.. lengths.Select(length => (length.Item1, Math.Min(length.Item1, length.Item2)))]);
                }
            },
            iter: 3, threads: 1);

        void Check(IInferenceEngine engine, (int Length, int Rows)[] lengths)
        {
            var texts = lengths.Select((length, i) => EngineSamples.RandomTokens(i, length.Length, engine.Config)).ToArray();
            var all = Run(engine, [.. texts.Select(text => (text, text.Length))]);
            var some = Run(engine, [.. texts.Zip(lengths, (text, length) => (text, length.Rows))]);
            var expected = new List<float>();
            var end = 0;
            foreach (var (length, rows) in lengths)
            {
                end += length * width;
                expected.AddRange(all[(end - rows * width)..end]);
            }

            SampleModels.Close([.. expected.Select(x => (double)x)], [.. some.Select(x => (double)x)], engine is NativeEngine ? 0 : 1e-5);
        }

        float[] Run(IInferenceEngine engine, (int[] Tokens, int Rows)[] texts)
        {
            var sequences = Array.ConvertAll(texts, _ => engine.NewSequence());
            var output = new float[texts.Sum(text => text.Rows) * width];
            EngineInput[] inputs = [.. texts.Zip(sequences, (text, sequence) => new EngineInput(sequence, text.Tokens) { LogitRows = text.Rows })];
            if (isHidden)
            {
                engine.ForwardHidden(inputs, output);
            }
            else
            {
                engine.Forward(inputs, output);
            }

            Array.ForEach(sequences, sequence => sequence.Dispose());
            return output;
        }
    }

    [Fact]
    public void What_further_tokens_take_is_what_is_then_no_longer_free()
    {
        using var folder = new TemporaryFolder();
        using var model = SampleModels.Random(EngineSamples.Of(ModelFamily.Olmo2), 13);
        var path = EngineSamples.Write(model, folder.Path, "f32");
        using var native = NativeEngine.Load(path, new() { Threads = 1 });
        using var torch = TorchEngine.Load(path);
        Gen.Select(Gen.Int[1, 40], Gen.Int[0, 40], Gen.Int[1, 20]).Sample(
            (first, keep, more) =>
            {
                foreach (var engine in new IInferenceEngine[] { native, torch })
                {
                    using var sequence = engine.NewSequence();
                    Took(engine, sequence, first);
                    var (before, cost) = (engine.FreePositions, sequence.PositionsToFork);
                    using var fork = sequence.Fork();
                    Assert.Equal(cost, before - engine.FreePositions);
                    fork.Truncate(Math.Min(keep, first));
                    Took(engine, fork, more);
                    Took(engine, sequence, more);
                    Assert.Equal(0, sequence.PositionsFor(0));
                }
            },
            iter: 12, threads: 1);

        static void Took(IInferenceEngine engine, IEngineSequence sequence, int tokens)
        {
            var (before, needed) = (engine.FreePositions, sequence.PositionsFor(tokens));
            EngineSamples.Append(engine, sequence, EngineSamples.RandomTokens(tokens, tokens, engine.Config));
            Assert.Equal(needed, before - engine.FreePositions);
        }
    }

    [Fact]
    public void More_rows_than_tokens_are_refused()
    {
        using var engine = new TorchEngine(SampleModels.Random(EngineSamples.Of(ModelFamily.Olmo2), 13));
        using var sequence = engine.NewSequence();
        var logits = new float[3 * engine.Config.VocabularySize];
        Assert.Throws<ArgumentException>(() => engine.Forward([new(sequence, new[] { 1, 2 }) { LogitRows = 3 }], logits));
        Assert.Throws<ArgumentException>(() => engine.Forward([new(sequence, new[] { 1, 2 }) { LogitRows = -1 }], logits));
        Assert.Throws<ArgumentException>(() => engine.ForwardHidden([new(sequence, new[] { 1, 2 })], logits.AsSpan(0, engine.Config.HiddenSize - 1).ToArray()));
        Assert.Equal(0, sequence.Length);
    }

    private static double[] Training(Transformer model, int[] tokens)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        return model.Hidden(tensor([.. tokens.Select(token => (long)token)], [1, tokens.Length])).ToDoubles();
    }
}
