using OlmoSharp.Tokenization;

namespace OlmoSharp.Inference.Constraints;

/// <summary>Constraints by the text of their JSON schemas or grammars, each made once.</summary>
/// <param name="tokenizer">The model's.</param>
internal sealed class ConstraintCache(Tokenizer tokenizer)
{
    private const int Most = 64;

    private readonly Dictionary<(bool IsGrammar, string Text), OutputConstraint> _constraints = [];

    /// <summary>The constraint of a JSON schema.</summary>
    /// <exception cref="InferenceException">The schema is not supported.</exception>
    public OutputConstraint JsonSchema(string schema) => Of(isGrammar: false, schema);

    /// <summary>The constraint of a grammar.</summary>
    /// <exception cref="InferenceException">The grammar is not sound.</exception>
    public OutputConstraint Grammar(string grammar) => Of(isGrammar: true, grammar);

    private OutputConstraint Of(bool isGrammar, string text)
    {
        if (!_constraints.TryGetValue((isGrammar, text), out var constraint))
        {
            if (_constraints.Count == Most)
            {
                _constraints.Clear();
            }

            constraint = isGrammar ? OutputConstraint.Grammar(text, tokenizer) : OutputConstraint.JsonSchema(text, tokenizer);
            _constraints.Add((isGrammar, text), constraint);
        }

        return constraint;
    }
}
