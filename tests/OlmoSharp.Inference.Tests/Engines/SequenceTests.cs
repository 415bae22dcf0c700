using CsCheck;
using OlmoSharp.Inference.Engines;
using OlmoSharp.Inference.Native;
using OlmoSharp.Inference.Torch;
using OlmoSharp.Models;
using OlmoSharp.Models.Tests;
using Xunit;

namespace OlmoSharp.Inference.Tests.Engines;

/// <summary>Forks, truncations and disposals against fresh sequences.</summary>
public sealed class SequenceTests : IDisposable
{
    private static readonly ModelConfig Config = SampleModels.Small with { ContextLength = 200 };

    // Which sequence (of those alive), what is done to it, and how much of it.
    private static readonly Gen<(int Sequence, int Operation, int Amount)[]> Operations = Gen.Select(Gen.Int[0, 99], Gen.Int[0, 9], Gen.Int[0, 70]).Array[1, 25];

    private readonly TemporaryFolder _folder = new();
    private readonly Transformer _model = SampleModels.Random(Config, 1);

    private readonly NativeEngine _fresh;

    public SequenceTests() => _fresh = NativeEngine.Load(EngineSamples.Write(_model, _folder.Path, "f32"), new() { Threads = 1 });

    public void Dispose()
    {
        _model.Dispose();
        _fresh.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Native_sequences_are_as_fresh_ones()
        => Operations.Sample(operations =>
        {
            using var engine = NativeEngine.Load(_folder.Path, new() { Positions = 320, Threads = 1 });
            // The same bits.
            Check(engine, operations, tolerance: 0);
        }, iter: 20, threads: 1);

    [Fact]
    public void Torch_sequences_are_as_fresh_ones()
        => Operations.Sample(operations =>
        {
            using var engine = new TorchEngine(SampleModels.Random(Config, 1), positions: 320);
            Check(engine, operations, tolerance: 1e-4);
        }, iter: 8, threads: 1);

    [Fact]
    public void Forks_share_blocks_until_they_write_into_one()
    {
        using var engine = NativeEngine.Load(_folder.Path, new() { Positions = 320 });
        const int block = BlockPool.BlockPositions;
        using var first = engine.NewSequence();
        EngineSamples.Append(engine, first, EngineSamples.RandomTokens(1, block + 5, Config));
        Assert.Equal(engine.Positions - 2 * block, engine.FreePositions);
        using var second = first.Fork();
        var third = first.Fork();
        Assert.Equal(engine.Positions - 2 * block, engine.FreePositions);
        EngineSamples.Append(engine, second, 3);
        Assert.Equal(engine.Positions - 3 * block, engine.FreePositions);
        third.Dispose();
        third.Dispose();
        Assert.Equal(engine.Positions - 3 * block, engine.FreePositions);
        // The last holder need not copy.
        EngineSamples.Append(engine, first, 3);
        Assert.Equal(engine.Positions - 3 * block, engine.FreePositions);
        first.Truncate(block);
        Assert.Equal(engine.Positions - 2 * block, engine.FreePositions);
    }

    [Fact]
    public void The_last_free_blocks_can_be_used_by_forks()
    {
        using var engine = NativeEngine.Load(_folder.Path, new() { Positions = 2 * BlockPool.BlockPositions });
        var tokens = EngineSamples.RandomTokens(2, 5, Config);
        using var first = engine.NewSequence();
        EngineSamples.Append(engine, first, tokens);
        using var second = first.Fork();
        // Two write into one shared block, so one copy is needed and there is room for one.
        var logits = new float[2 * Config.VocabularySize];
        engine.Forward([new(first, new[] { 1 }), new(second, new[] { 2 })], logits);
        Assert.Equal(0, engine.FreePositions);
        first.Dispose();
        second.Dispose();
        Assert.Equal(Last([.. tokens, 1]).Concat(Last([.. tokens, 2])), logits);

        IEnumerable<float> Last(int[] all) => EngineSamples.Logits(engine, all).TakeLast(Config.VocabularySize);
    }

    private void Check(IInferenceEngine engine, (int Sequence, int Operation, int Amount)[] operations, double tolerance)
    {
        List<(IEngineSequence Sequence, List<int> Tokens)> alive = [(engine.NewSequence(), [])];
        foreach (var (number, operation, amount) in operations)
        {
            var (sequence, tokens) = alive[number % alive.Count];
            Assert.Equal(tokens.Count, sequence.Length);
            switch (operation)
            {
                case 0:
                    alive.Add((engine.NewSequence(), []));
                    break;
                case 1 or 2 when tokens.Count <= engine.FreePositions:
                    alive.Add((sequence.Fork(), [.. tokens]));
                    break;
                case 3 when alive.Count > 1:
                    sequence.Dispose();
                    alive.RemoveAt(number % alive.Count);
                    break;
                case 4:
                    var length = Math.Min(amount, tokens.Count);
                    sequence.Truncate(length);
                    tokens.RemoveRange(length, tokens.Count - length);
                    break;
                case 5 or 6:
                    AppendToAll(amount);
                    break;
                default:
                    Append(number % alive.Count, EngineSamples.RandomTokens(number + amount, Math.Max(1, amount), engine.Config));
                    break;
            }
        }

        foreach (var (sequence, tokens) in alive)
        {
            if (tokens.Count + 1 <= engine.Config.ContextLength && engine.FreePositions > BlockPool.BlockPositions)
            {
                SampleModels.Close(Doubles(EngineSamples.Logits(_fresh, [.. tokens, 7]).TakeLast(engine.Config.VocabularySize)), Doubles(EngineSamples.Append(engine, sequence, 7)), tolerance);
            }
        }

        alive.ForEach(each => each.Sequence.Dispose());
        Assert.Equal(engine.Positions, engine.FreePositions);

        void Append(int number, int[] added)
        {
            var (sequence, tokens) = alive[number];
            var free = engine.FreePositions;
            try
            {
                var logits = EngineSamples.Append(engine, sequence, added);
                tokens.AddRange(added);
                SampleModels.Close(Doubles(EngineSamples.Logits(_fresh, tokens).TakeLast(logits.Length)), Doubles(logits), tolerance);
            }
            catch (InferenceException)
            {
                Assert.True(tokens.Count + added.Length > engine.Config.ContextLength || added.Length + BlockPool.BlockPositions > free);
                Assert.Equal((tokens.Count, free), (sequence.Length, engine.FreePositions));
            }
        }

        // Of several lengths after several lengths, in one pass.
        void AppendToAll(int amount)
        {
            var inputs = alive.Select((each, i) => new EngineInput(each.Sequence, EngineSamples.RandomTokens(amount + i, 1 + (amount + i) % 7, engine.Config)) { LogitRows = i % 2 }).ToList();
            var (free, lengths) = (engine.FreePositions, alive.ConvertAll(each => each.Sequence.Length));
            var logits = new float[inputs.Sum(input => input.LogitRows) * engine.Config.VocabularySize];
            try
            {
                engine.Forward(inputs, logits);
            }
            catch (InferenceException)
            {
                Assert.Equal(free, engine.FreePositions);
                Assert.Equal(lengths, alive.ConvertAll(each => each.Sequence.Length));
                return;
            }

            var at = 0;
            foreach (var (input, (_, tokens)) in inputs.Zip(alive))
            {
                tokens.AddRange(input.Tokens.ToArray());
                if (input.LogitRows == 1)
                {
                    SampleModels.Close(
                        Doubles(EngineSamples.Logits(_fresh, tokens).TakeLast(engine.Config.VocabularySize)), Doubles(logits.Skip(at).Take(engine.Config.VocabularySize)), tolerance);
                    at += engine.Config.VocabularySize;
                }
            }
        }

        static double[] Doubles(IEnumerable<float> values) => [.. values.Select(value => (double)value)];
    }
}
