using OlmoSharp.Inference.Constraints;
using OlmoSharp.Tokenization;

namespace OlmoSharp.Server.Requests;

/// <summary>The latest constraints, so that one that many requests use is made once and keeps what it knows of allowed tokens.</summary>
/// <param name="tokenizer">The model's.</param>
internal sealed class ConstraintStore(Tokenizer tokenizer)
{
    // A constraint may remember up to 64 MB.
    private const int Most = 8;

    private readonly Lock _lock = new();
    private readonly LinkedList<((bool IsGrammar, string Text) Key, OutputConstraint Constraint)> _latest = [];

    /// <summary>The constraint of a JSON schema or a grammar.</summary>
    /// <exception cref="Inference.InferenceException">It is not sound or not supported.</exception>
    public OutputConstraint Get(bool isGrammar, string text)
    {
        lock (_lock)
        {
            for (var node = _latest.First; node is not null; node = node.Next)
            {
                if (node.Value.Key == (isGrammar, text))
                {
                    _latest.Remove(node);
                    _latest.AddFirst(node);
                    return node.Value.Constraint;
                }
            }
        }

        var constraint = isGrammar ? OutputConstraint.Grammar(text, tokenizer) : OutputConstraint.JsonSchema(text, tokenizer);
        lock (_lock)
        {
            if (_latest.Count == Most)
            {
                _latest.RemoveLast();
            }

            _latest.AddFirst(((isGrammar, text), constraint));
        }

        return constraint;
    }
}
