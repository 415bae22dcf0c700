namespace OlmoSharp.Inference.Scheduling;

/// <summary>
/// Work that is no generation: it holds a fixed share of the engine's positions and takes its passes in turn with others. The engine's thread runs it.
/// </summary>
/// <param name="arrival">The number of its request.</param>
internal abstract class EngineJob(long arrival) : ScheduledWork(arrival, 0)
{
    /// <summary>Positions without which it cannot run.</summary>
    public abstract int LeastPositions { get; }

    /// <summary>Positions beyond which more are of no use.</summary>
    public abstract int UsefulPositions { get; }

    /// <summary>Positions that it may take; others keep off them.</summary>
    public int Reserved { get; private set; }

    /// <summary>Positions of those that it holds now.</summary>
    public int Used { get; set; }

    /// <summary>Gives it its share.</summary>
    public virtual void Begin(int positions) => Reserved = positions;

    /// <summary>Runs one pass.</summary>
    /// <param name="tokens">Most tokens of it.</param>
    /// <returns>Tokens computed; 0 where nothing is left.</returns>
    public abstract int Step(int tokens);

    /// <summary>Frees what it holds.</summary>
    public abstract void Stop();

    /// <summary>Hands over the results.</summary>
    public abstract void Complete();

    /// <summary>Ends the request with an error, which its caller sees.</summary>
    public abstract void Fail(Exception exception);
}
