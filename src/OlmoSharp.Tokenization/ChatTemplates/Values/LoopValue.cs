using System.Numerics;
using OlmoSharp.Tokenization.ChatTemplates.Running;

namespace OlmoSharp.Tokenization.ChatTemplates.Values;

/// <summary>What a loop knows of itself: <c>loop</c>.</summary>
/// <param name="items">What it goes through.</param>
/// <param name="depth">How many loops it is in, itself included.</param>
internal sealed class LoopValue(IReadOnlyList<object?> items, int depth)
{
    private ListValue? _last;

    /// <summary>Which turn it is, from 0.</summary>
    public int Index { get; set; }

    /// <summary>What is behind the point.</summary>
    public object? Attribute(string name) => name switch
    {
        "index" => (BigInteger)(Index + 1),
        "index0" => (BigInteger)Index,
        "revindex" => (BigInteger)(items.Count - Index),
        "revindex0" => (BigInteger)(items.Count - Index - 1),
        "first" => Index == 0,
        "last" => Index == items.Count - 1,
        "length" => (BigInteger)items.Count,
        "depth" => (BigInteger)depth,
        "depth0" => (BigInteger)(depth - 1),
        "previtem" => Index == 0 ? new UndefinedValue("there is no previous item") : items[Index - 1],
        "nextitem" => Index == items.Count - 1 ? new UndefinedValue("there is no next item") : items[Index + 1],
        "cycle" => new CallableValue("cycle", arguments => arguments.Positional.Count == 0
            ? throw new TemplateFault("no items for cycling given")
            : arguments.Positional[Index % arguments.Positional.Count]),
        "changed" => new CallableValue("changed", Changed),
        _ => new UndefinedValue($"'loop' has no attribute '{name}'"),
    };

    private object? Changed(CallArguments arguments)
    {
        ListValue values = new(arguments.Positional);
        var changed = _last is null || !ValueEquality.AreEqual(_last, values);
        _last = values;
        return changed;
    }
}
