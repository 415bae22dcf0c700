using OlmoSharp.Inference.Sampling;
using OlmoSharp.Tokenization;

namespace OlmoSharp.Server.Responses;

/// <summary>Collects log-probabilities in the form of <c>/v1/completions</c>, all of a text or piece by piece.</summary>
/// <param name="tokenizer">The model's.</param>
/// <param name="hasTop">Whether the most probable tokens were asked for.</param>
internal sealed class CompletionLogProbabilityList(Tokenizer tokenizer, bool hasTop)
{
    private List<string> _tokens = [];
    private List<double?> _logProbabilities = [];
    private List<IReadOnlyDictionary<string, double>?> _top = [];
    private List<int> _offsets = [];
    private int _characters;

    /// <summary>Adds a token.</summary>
    /// <param name="id">The token.</param>
    /// <param name="logProbabilities">Its log-probabilities; null for a first token that nothing precedes.</param>
    public void Add(int id, ChosenLogProbabilities? logProbabilities)
    {
        _tokens.Add(TokenText.NameOf(tokenizer, id));
        _logProbabilities.Add(logProbabilities is null ? null : TokenText.Finite(logProbabilities.Chosen.LogProbability));
        _top.Add(logProbabilities is null ? null : Top(logProbabilities));
        Advance(id);
    }

    /// <summary>Takes what was added since the last time.</summary>
    public CompletionLogProbabilities Take()
    {
        var taken = new CompletionLogProbabilities(_tokens, _logProbabilities, hasTop ? _top : null, _offsets);
        (_tokens, _logProbabilities, _top, _offsets) = ([], [], [], []);
        return taken;
    }

    private Dictionary<string, double> Top(ChosenLogProbabilities token)
    {
        Dictionary<string, double> top = [];
        foreach (var (id, logProbability) in token.Top.Append(token.Chosen))
        {
            // Of two tokens with one name the more probable, which comes first, counts.
            top.TryAdd(TokenText.NameOf(tokenizer, id), TokenText.Finite(logProbability));
        }

        return top;
    }

    private void Advance(int id)
    {
        var bytes = tokenizer.IsSpecial(id) ? [] : tokenizer.TokenBytes(id);
        // A token that begins within a character has the place of that character.
        _offsets.Add(bytes.Length > 0 && IsContinuation(bytes[0]) ? Math.Max(0, _characters - 1) : _characters);
        foreach (var value in bytes)
        {
            _characters += IsContinuation(value) ? 0 : 1;
        }
    }

    private static bool IsContinuation(byte value) => (value & 0xC0) == 0x80;
}
