using OlmoSharp.Inference.Engines;

namespace OlmoSharp.Inference.Generation;

/// <summary>
/// A sequence of an engine and its tokens, kept from one prompt to the next: what the prompts have in common is not computed again. While one caller has the sequence, another gets a new one.
/// </summary>
internal sealed class KeptPrefix(IInferenceEngine engine) : IDisposable
{
    private IEngineSequence? _sequence;
    private int[] _tokens = [];

    /// <summary>A sequence that holds the longest beginning of a prompt that was kept, but not all of it.</summary>
    public IEngineSequence Take(IReadOnlyList<int> prompt)
    {
        if (_sequence is not { } sequence)
        {
            return engine.NewSequence();
        }

        _sequence = null;
        var common = 0;
        var most = Math.Min(Math.Min(_tokens.Length, sequence.Length), prompt.Count - 1);
        while (common < most && _tokens[common] == prompt[common])
        {
            common++;
        }

        sequence.Truncate(common);
        return sequence;
    }

    /// <summary>Gives a sequence back.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="tokens">Its tokens, perhaps with some after them that it has not seen.</param>
    public void Return(IEngineSequence sequence, IEnumerable<int> tokens)
    {
        _sequence?.Dispose();
        _tokens = [.. tokens.Take(sequence.Length)];
        _sequence = sequence;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sequence?.Dispose();
        _sequence = null;
    }
}
