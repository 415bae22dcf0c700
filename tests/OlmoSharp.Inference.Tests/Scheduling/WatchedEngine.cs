using OlmoSharp.Inference.Engines;
using OlmoSharp.Models;

namespace OlmoSharp.Inference.Tests.Scheduling;

/// <summary>An engine that notes how it is used: by one thread at a time, and what is free when it is disposed.</summary>
/// <param name="engine">What computes.</param>
internal sealed class WatchedEngine(IInferenceEngine engine) : IInferenceEngine
{
    private int _callers;

    public ModelConfig Config => engine.Config;

    public int Positions => engine.Positions;

    public int FreePositions => engine.FreePositions;

    /// <summary>Called before every pass with its inputs.</summary>
    public Action<IReadOnlyList<EngineInput>>? BeforePass { get; set; }

    /// <summary>Tokens of all passes.</summary>
    public long Tokens { get; private set; }

    /// <summary>Most inputs of a pass.</summary>
    public int MostInputs { get; private set; }

    /// <summary>Passes.</summary>
    public int Passes { get; private set; }

    /// <summary>Positions that were free when it was disposed.</summary>
    public int? FreeAtTheEnd { get; private set; }

    public IEngineSequence NewSequence() => engine.NewSequence();

    public void Forward(IReadOnlyList<EngineInput> inputs, Span<float> logits)
    {
        try
        {
            Enter(inputs);
            engine.Forward(inputs, logits);
        }
        finally
        {
            Interlocked.Decrement(ref _callers);
        }
    }

    public void ForwardHidden(IReadOnlyList<EngineInput> inputs, Span<float> hidden)
    {
        try
        {
            Enter(inputs);
            engine.ForwardHidden(inputs, hidden);
        }
        finally
        {
            Interlocked.Decrement(ref _callers);
        }
    }

    public void Dispose()
    {
        FreeAtTheEnd = engine.FreePositions;
        engine.Dispose();
    }

    private void Enter(IReadOnlyList<EngineInput> inputs)
    {
        if (Interlocked.Increment(ref _callers) != 1)
        {
            throw new InvalidOperationException("two threads use the engine");
        }

        BeforePass?.Invoke(inputs);
        Passes++;
        Tokens += inputs.Sum(input => input.Tokens.Length);
        MostInputs = Math.Max(MostInputs, inputs.Count);
    }
}
