using OlmoSharp.Tokenization.ChatTemplates.Values;

namespace OlmoSharp.Tokenization.ChatTemplates.Running;

/// <summary>What operators do with two values.</summary>
internal static class Operators
{
    /// <summary>Computes.</summary>
    /// <exception cref="TemplateFault">The operator does not go with the values.</exception>
    public static object? Compute(string operation, object? left, object? right, RenderBudget budget)
    {
        switch (left, right)
        {
            case (MarkedText format, _) when operation == "%":
                return PrintfFormat.Apply(format, right, budget);
            case (UndefinedValue undefined, _):
                throw undefined.Fault();
            case (_, UndefinedValue undefined):
                throw undefined.Fault();
            case var _ when Number.Is(left) && Number.Is(right):
                return Number.Compute(operation, left, right);
            case (MarkedText a, MarkedText b) when operation == "+":
                budget.SpendText(a.Text.Length + b.Text.Length);
                return new MarkedTextBuilder().Append(a).Append(b).Build();
            case (ListValue a, ListValue b) when operation == "+" && a.IsTuple == b.IsTuple:
                budget.Spend(a.Items.Count + b.Items.Count);
                return new ListValue([.. a.Items, .. b.Items], a.IsTuple);
            case (MarkedText or ListValue, _) when operation == "*" && Number.IsWhole(right):
                return Repeated(left, right, budget);
            case (_, MarkedText or ListValue) when operation == "*" && Number.IsWhole(left):
                return Repeated(right, left, budget);
            default:
                throw new TemplateFault($"unsupported operand type(s) for {operation}: '{ValueKind.Name(left)}' and '{ValueKind.Name(right)}'");
        }
    }

    /// <summary>Compares.</summary>
    /// <exception cref="TemplateFault">The values cannot be compared so.</exception>
    public static bool Holds(string operation, object? left, object? right, RenderBudget budget)
    {
        SpendComparison(left, right, budget);
        return operation switch
        {
            "==" => ValueEquality.AreEqual(left, right),
            "!=" => !ValueEquality.AreEqual(left, right),
            "in" => Contains(right, left, budget),
            "not in" => !Contains(right, left, budget),
            _ => ValueOrder.Holds(operation, left, right),
        };
    }

    /// <summary>Whether a value holds another.</summary>
    /// <exception cref="TemplateFault">It can hold nothing, or nothing of that type.</exception>
    public static bool Contains(object? container, object? item, RenderBudget budget)
    {
        switch (container)
        {
            case MarkedText text:
                var sought = item as MarkedText ?? throw (item is UndefinedValue undefined ? undefined.Fault() : new TemplateFault($"'in <string>' requires string as left operand, not {ValueKind.Name(item)}"));
                budget.SpendSearch(text.Text.Length, sought.Text.Length);
                return text.Text.Contains(sought.Text, StringComparison.Ordinal);
            case DictValue dict:
                return dict.TryGet(item, out _);
            case null or bool or System.Numerics.BigInteger or double or CallableValue or LoopValue or NamespaceValue:
                throw new TemplateFault($"argument of type '{ValueKind.Name(container)}' is not iterable");
            default:
                return ValueKind.Items(container).Any(element =>
                {
                    budget.Spend();
                    SpendComparison(element, item, budget);
                    return ValueEquality.AreEqual(element, item);
                });
        }
    }

    private static void SpendComparison(object? left, object? right, RenderBudget budget)
    {
        if (left is MarkedText a && right is MarkedText b)
        {
            budget.SpendSearch(Math.Min(a.Text.Length, b.Text.Length), 1);
        }
        else if (left is ListValue or DictValue && right is ListValue or DictValue)
        {
            budget.Spend(Math.Min(ValueKind.Length(left), ValueKind.Length(right)));
        }
    }

    private static object Repeated(object value, object? count, RenderBudget budget)
    {
        var whole = Number.ToWhole(count);
        var times = whole <= 0 ? 0 : whole > int.MaxValue ? int.MaxValue : (int)whole;
        if (value is ListValue list)
        {
            budget.Spend((long)list.Items.Count * times);
            return new ListValue([.. Enumerable.Repeat(list.Items, list.Items.Count == 0 ? 0 : times).SelectMany(items => items)], list.IsTuple);
        }

        var text = (MarkedText)value;
        budget.SpendText((long)text.Text.Length * times);
        MarkedTextBuilder builder = new();
        for (var i = 0; i < times && text.Text.Length > 0; i++)
        {
            builder.Append(text);
        }

        return builder.Build();
    }
}
