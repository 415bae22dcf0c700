using OlmoSharp.Tokenization.ChatTemplates.Running;

namespace OlmoSharp.Tokenization.ChatTemplates.Values;

/// <summary>Python's order: numbers by value, texts by code points, lists by their first difference; nothing else has one.</summary>
internal static class ValueOrder
{
    /// <summary>Whether a comparison holds.</summary>
    /// <param name="operation">One of &lt;, &lt;=, &gt;, &gt;=.</param>
    /// <param name="left">Its left side.</param>
    /// <param name="right">Its right side.</param>
    /// <exception cref="TemplateFault">The two have no order.</exception>
    public static bool Holds(string operation, object? left, object? right)
    {
        if (Compare(left, right, operation) is not { } order)
        {
            return false;
        }

        return operation switch
        {
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            _ => order >= 0,
        };
    }

    /// <summary>The order of two values, for sorting.</summary>
    /// <exception cref="TemplateFault">They have none.</exception>
    public static int Compare(object? left, object? right) => Compare(left, right, "<") ?? 0;

    /// <summary>Sorts as Python does: what is equal stays in its order, also where the order is reversed.</summary>
    /// <exception cref="TemplateFault">Two keys have no order.</exception>
    public static IReadOnlyList<T> Sort<T>(IReadOnlyList<T> items, Func<T, object?> key, RenderBudget budget, bool isReversed = false)
    {
        var comparer = Comparer<object?>.Create((a, b) =>
        {
            budget.Spend();
            return Compare(a, b);
        });
        try
        {
            return isReversed ? [.. items.OrderByDescending(key, comparer)] : [.. items.OrderBy(key, comparer)];
        }
        catch (InvalidOperationException exception) when (exception.InnerException is TemplateFault fault)
        {
            throw fault;
        }
    }

    /// <summary>The order of two texts by code points: surrogates, which stand for the highest ones, come after all other units.</summary>
    public static int CompareText(string left, string right)
    {
        Nesting.Check(Math.Min(left.Length, right.Length) / 64);
        var common = left.AsSpan().CommonPrefixLength(right);
        if (common == left.Length || common == right.Length)
        {
            return left.Length.CompareTo(right.Length);
        }

        var (a, b) = (left[common], right[common]);
        return char.IsSurrogate(a) != char.IsSurrogate(b) ? char.IsSurrogate(a) ? 1 : -1 : a.CompareTo(b);
    }

    private static int? Compare(object? left, object? right, string operation)
    {
        Nesting.Check();
        switch (left, right)
        {
            case (MarkedText a, MarkedText b):
                return CompareText(a.Text, b.Text);
            case (ListValue a, ListValue b) when a.IsTuple == b.IsTuple:
                for (var i = 0; i < Math.Min(a.Items.Count, b.Items.Count); i++)
                {
                    if (!ValueEquality.AreEqual(a.Items[i], b.Items[i]))
                    {
                        return Compare(a.Items[i], b.Items[i], operation);
                    }
                }

                return a.Items.Count.CompareTo(b.Items.Count);
            case (UndefinedValue undefined, _):
                throw undefined.Fault();
            case (_, UndefinedValue undefined):
                throw undefined.Fault();
            case var _ when Number.Is(left) && Number.Is(right):
                return Number.Compare(left, right) is var order && order == 2 ? null : order;
            default:
                throw new TemplateFault($"'{operation}' not supported between instances of '{ValueKind.Name(left)}' and '{ValueKind.Name(right)}'");
        }
    }
}
