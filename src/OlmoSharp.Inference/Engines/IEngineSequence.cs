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
}
