using System.Text.Json;

namespace OlmoSharp.Evaluation.Metrics.Instructions;

/// <summary>The arguments of an instruction, as IFEval's <c>kwargs</c> hold them.</summary>
/// <param name="instruction">The instruction's name, for messages.</param>
/// <param name="values">The JSON object; members of null are as absent.</param>
internal sealed class InstructionArguments(string instruction, JsonElement values)
{
    /// <summary>A text.</summary>
    /// <exception cref="EvaluationException">It is absent or no text.</exception>
    public string Text(string name) => Value(name) is { ValueKind: JsonValueKind.String } value ? value.GetString()! : throw Absent(name, "a text");

    /// <summary>Texts.</summary>
    /// <exception cref="EvaluationException">They are absent or no list of texts.</exception>
    public IReadOnlyList<string> Texts(string name) =>
        Value(name) is { ValueKind: JsonValueKind.Array } value && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(item => item.GetString()!)]
            : throw Absent(name, "a list of texts");

    /// <summary>A number of things. Some copies of the data write it as <c>3.0</c>.</summary>
    /// <exception cref="EvaluationException">It is absent or no whole number.</exception>
    public int Count(string name) =>
        Value(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out var number) && number == Math.Floor(number) && Math.Abs(number) < int.MaxValue
            ? (int)number
            : throw Absent(name, "a whole number");

    /// <summary>A word or words to look for, without space around.</summary>
    /// <exception cref="EvaluationException">It is absent, empty or no text.</exception>
    public string Keyword(string name) => Text(name).Trim() is { Length: > 0 } keyword ? keyword : throw Absent(name, "a text that is not empty");

    /// <summary>A number of things to count by.</summary>
    /// <exception cref="EvaluationException">It is absent or no whole number above 0.</exception>
    public int Step(string name) => Count(name) is > 0 and var step ? step : throw Absent(name, "a whole number above 0");

    /// <summary>A number.</summary>
    /// <exception cref="EvaluationException">It is absent or no number.</exception>
    public double Number(string name) => Value(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out var number) ? number : throw Absent(name, "a number");

    /// <summary>Whether a count stands in the relation that one argument names to the bound that another gives.</summary>
    /// <exception cref="EvaluationException">The relation is neither <c>less than</c> nor <c>at least</c>.</exception>
    public bool Holds(int count, string relation, string bound) => Text(relation) switch
    {
        "less than" => count < Count(bound),
        "at least" => count >= Count(bound),
        var other => throw new EvaluationException($"{instruction}: the relation '{other}' is neither 'less than' nor 'at least'"),
    };

    private JsonElement? Value(string name) => values.ValueKind == JsonValueKind.Object && values.TryGetProperty(name, out var value) ? value : null;

    private EvaluationException Absent(string name, string what) => new($"{instruction}: its argument '{name}' must be {what}: check kwargs in the data");
}
