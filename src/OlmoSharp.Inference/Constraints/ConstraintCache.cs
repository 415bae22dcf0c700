using OlmoSharp.Tokenization;

namespace OlmoSharp.Inference.Constraints;

/// <summary>Constraints by the text of their JSON schemas, each made once.</summary>
/// <param name="tokenizer">The model's.</param>
internal sealed class ConstraintCache(Tokenizer tokenizer)
{
    private const int Most = 64;

    private readonly Dictionary<string, OutputConstraint> _constraints = [];

    /// <summary>The constraint of a schema.</summary>
    /// <exception cref="InferenceException">The schema is not supported.</exception>
    public OutputConstraint Of(string schema)
    {
        if (!_constraints.TryGetValue(schema, out var constraint))
        {
            if (_constraints.Count == Most)
            {
                _constraints.Clear();
            }

            _constraints.Add(schema, constraint = OutputConstraint.JsonSchema(schema, tokenizer));
        }

        return constraint;
    }
}
