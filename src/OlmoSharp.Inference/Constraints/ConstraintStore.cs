using OlmoSharp.Tokenization;

namespace OlmoSharp.Inference.Constraints;

/// <summary>The latest constraints, so that one that many requests use is made once and keeps what it knows of allowed tokens. For any number of callers at once.</summary>
/// <param name="tokenizer">The model's.</param>
/// <param name="most">The most that are kept; each may remember up to 64 MB.</param>
public sealed class ConstraintStore(Tokenizer tokenizer, int most = 8)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<((bool IsGrammar, string Text) Key, OutputConstraint Constraint)> _latest = [];

    /// <summary>The constraint of a JSON schema.</summary>
    /// <exception cref="InferenceException">The schema is not supported.</exception>
    public OutputConstraint JsonSchema(string schema) => Of(isGrammar: false, schema);

    /// <summary>The constraint of a grammar.</summary>
    /// <exception cref="InferenceException">The grammar is not sound.</exception>
    public OutputConstraint Grammar(string grammar) => Of(isGrammar: true, grammar);

    private OutputConstraint Of(bool isGrammar, string text)
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
            if (_latest.Count == most)
            {
                _latest.RemoveLast();
            }

            _latest.AddFirst(((isGrammar, text), constraint));
        }

        return constraint;
    }
}
