using OlmoSharp.Inference.Engines;
using OlmoSharp.Models;

namespace OlmoSharp.Inference.Tests.Engines;

/// <summary>An engine whose logits are a pure function of the last tokens; it checks how it is called.</summary>
/// <param name="vocabulary">Ids.</param>
/// <param name="context">Positions of a sequence.</param>
/// <param name="logit">The logit of a token after a sequence.</param>
internal sealed class FakeEngine(int vocabulary, int context, Func<IReadOnlyList<int>, int, float> logit) : IInferenceEngine
{
    private int _open;

    public ModelConfig Config { get; } = new() { VocabularySize = vocabulary, ContextLength = context, HiddenSize = 8, IntermediateSize = 8, Layers = 1, Heads = 1 };

    public int Positions => int.MaxValue;

    public int FreePositions => int.MaxValue;

    /// <summary>Tokens of every pass so far.</summary>
    public List<int> Passes { get; } = [];

    /// <summary>Sequences that are not disposed.</summary>
    public int Open => _open;

    public bool IsDisposed { get; private set; }

    /// <summary>Random logits that depend on the last two tokens and a seed.</summary>
    public static FakeEngine Random(int vocabulary, int context, int seed, float scale = 3) => new(
        vocabulary, context, (tokens, id) => scale * ((HashOf(seed, tokens[^1], tokens.Count > 1 ? tokens[^2] : -1, id) >> 8) / (float)(1 << 24) - 0.5f));

    public IEngineSequence NewSequence() => new Sequence(this, []);

    public void Forward(IReadOnlyList<EngineInput> inputs, Span<float> logits)
    {
        if (inputs.Select(input => input.Sequence).Distinct().Count() != inputs.Count || logits.Length != inputs.Sum(input => input.LogitRows) * vocabulary)
        {
            throw new InvalidOperationException("a sequence is there twice, or the logits have the wrong size");
        }

        Passes.Add(inputs.Sum(input => input.Tokens.Length));
        foreach (var input in inputs)
        {
            var tokens = ((Sequence)input.Sequence).Tokens;
            if (input.Tokens.Length == 0 || tokens.Count + input.Tokens.Length > context)
            {
                throw new InvalidOperationException("no tokens, or too many");
            }

            for (var i = 0; i < input.Tokens.Length; i++)
            {
                tokens.Add(input.Tokens.Span[i]);
                if (i >= input.Tokens.Length - input.LogitRows)
                {
                    for (var id = 0; id < vocabulary; id++)
                    {
                        logits[id] = logit(tokens, id);
                    }

                    logits = logits[vocabulary..];
                }
            }
        }
    }

    public void ForwardHidden(IReadOnlyList<EngineInput> inputs, Span<float> hidden) => throw new NotSupportedException("the fake engine has no hidden states");

    public void Dispose()
    {
        Assert(!IsDisposed && _open == 0);
        IsDisposed = true;
    }

    private static uint HashOf(params ReadOnlySpan<int> values)
    {
        var hash = 17u;
        foreach (var value in values)
        {
            hash = (hash ^ (uint)value) * 0x9E3779B1;
            hash ^= hash >> 15;
            hash *= 0x85EBCA6B;
            hash ^= hash >> 13;
        }

        return hash;
    }

    private static void Assert(bool condition)
    {
        if (!condition)
        {
            throw new InvalidOperationException("disposed twice, or with sequences still open");
        }
    }

    private sealed class Sequence : IEngineSequence
    {
        private readonly FakeEngine _engine;
        private bool _isDisposed;

        public Sequence(FakeEngine engine, List<int> tokens)
        {
            (_engine, Tokens) = (engine, tokens);
            _engine._open++;
        }

        public List<int> Tokens { get; }

        public int Length => Tokens.Count;

        public void Truncate(int length)
        {
            Assert(!_isDisposed);
            Tokens.RemoveRange(length, Tokens.Count - length);
        }

        public IEngineSequence Fork() => new Sequence(_engine, [.. Tokens]);

        public int PositionsFor(int tokens) => tokens;

        public int PositionsToFork => 0;

        public void Dispose()
        {
            Assert(!_isDisposed);
            _isDisposed = true;
            _engine._open--;
        }
    }
}
