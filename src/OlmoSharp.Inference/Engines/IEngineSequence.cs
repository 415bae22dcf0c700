namespace OlmoSharp.Inference.Engines;

/// <summary>A sequence of tokens whose keys and values an engine keeps. Disposing it frees their room at once.</summary>
public interface IEngineSequence : IDisposable
{
    /// <summary>Tokens so far.</summary>
    int Length { get; }

    /// <summary>Forgets the tokens from a length on, as when drafted tokens are rejected.</summary>
    /// <param name="length">Tokens to keep, 0 to <see cref="Length"/>.</param>
    void Truncate(int length);

    /// <summary>Another sequence with the same tokens. What they share is stored once, until one of them is freed or changes it.</summary>
    IEngineSequence Fork();

    /// <summary>Free positions that further tokens take: in engines of blocks whole ones, and a copy of the last block if others share it. Never less than they turn out to take.</summary>
    int PositionsFor(int tokens);

    /// <summary>Free positions that <see cref="Fork"/> takes: 0 where forks share what they have in common.</summary>
    int PositionsToFork { get; }
}
