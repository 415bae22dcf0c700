namespace OlmoSharp.Data.Filters;

/// <summary>jq's comparisons and arithmetic.</summary>
internal static class JqOperators
{
    /// <summary>The comparison of a sign, or null where the sign is none.</summary>
    public static JqOperator? Comparison(string sign)
    {
        Func<int, bool>? holds = sign switch
        {
            "==" => order => order == 0,
            "!=" => order => order != 0,
            "<=" => order => order <= 0,
            ">=" => order => order >= 0,
            "<" => order => order < 0,
            ">" => order => order > 0,
            _ => null,
        };
        return holds is null ? null : (in JsonValue left, in JsonValue right, out JsonValue result) =>
        {
            result = JsonValue.Of(holds(left.CompareTo(right)));
            return null;
        };
    }

    public static string? Add(in JsonValue left, in JsonValue right, out JsonValue result)
    {
        switch (left.Kind, right.Kind)
        {
            case (JsonKind.Null, _):
                result = right;
                return null;
            case (_, JsonKind.Null):
                result = left;
                return null;
            case (JsonKind.Number, JsonKind.Number):
                result = JsonValue.Of(left.Number + right.Number);
                return null;
            case (JsonKind.String, JsonKind.String):
                result = JsonValue.Of((ReadOnlyMemory<byte>)(byte[])[.. left.Utf8.Span, .. right.Utf8.Span]);
                return null;
            case (JsonKind.Array, JsonKind.Array):
                var elements = new List<JsonValue>();
                left.AddChildren(elements);
                right.AddChildren(elements);
                result = JsonValue.Of([.. elements]);
                return null;
            case (JsonKind.Object, JsonKind.Object):
                var theirs = right.Members();
                result = JsonValue.Of(new JsonMembers([.. left.Members().Where(member => !theirs.Any(other => other.Name.Span.SequenceEqual(member.Name.Span))), .. theirs]));
                return null;
            default:
                return Fail("+", left, right, out result);
        }
    }

    public static string? Subtract(in JsonValue left, in JsonValue right, out JsonValue result)
    {
        if (left.Kind != JsonKind.Array || right.Kind != JsonKind.Array)
        {
            return Number("-", left, right, (one, other) => one - other, out result);
        }

        var (elements, without) = (new List<JsonValue>(), new List<JsonValue>());
        left.AddChildren(elements);
        right.AddChildren(without);
        result = JsonValue.Of([.. elements.Where(element => !without.Exists(other => other.CompareTo(element) == 0))]);
        return null;
    }

    public static string? Multiply(in JsonValue left, in JsonValue right, out JsonValue result) => Number("*", left, right, (one, other) => one * other, out result);

    public static string? Divide(in JsonValue left, in JsonValue right, out JsonValue result) =>
        right is { Kind: JsonKind.Number, Number: 0 } ? Fail("/", left, right, out result) : Number("/", left, right, (one, other) => one / other, out result);

    public static string? Remainder(in JsonValue left, in JsonValue right, out JsonValue result) =>
        right.Kind == JsonKind.Number && Math.Truncate(right.Number) == 0
            ? Fail("%", left, right, out result)
            : Number("%", left, right, (one, other) => Math.Truncate(one) % Math.Abs(Math.Truncate(other)), out result);

    private static string? Number(string sign, in JsonValue left, in JsonValue right, Func<double, double, double> operation, out JsonValue result)
    {
        if (left.Kind != JsonKind.Number || right.Kind != JsonKind.Number)
        {
            return Fail(sign, left, right, out result);
        }

        result = JsonValue.Of(operation(left.Number, right.Number));
        return null;
    }

    private static string Fail(string sign, in JsonValue left, in JsonValue right, out JsonValue result)
    {
        result = default;
        return $"{left.ToJson()} {sign} {right.ToJson()} has no value";
    }
}
