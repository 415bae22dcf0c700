using System.Numerics;
using OlmoSharp.Tokenization.ChatTemplates.Running;

namespace OlmoSharp.Tokenization.ChatTemplates.Values;

/// <summary>What Python calls values, whether they are true, and what can be gone through.</summary>
internal static class ValueKind
{
    /// <summary>Python's name of a value's type.</summary>
    public static string Name(object? value) => value switch
    {
        null => "NoneType",
        bool => "bool",
        BigInteger => "int",
        double => "float",
        MarkedText => "str",
        ListValue list => list.IsTuple ? "tuple" : "list",
        DictValue => "dict",
        UndefinedValue => "Undefined",
        NamespaceValue => "Namespace",
        GeneratorValue => "generator",
        CallableValue => "function",
        _ => "object",
    };

    /// <summary>Whether a value counts as true.</summary>
    public static bool IsTrue(object? value) => value switch
    {
        null or UndefinedValue => false,
        bool truth => truth,
        BigInteger whole => !whole.IsZero,
        double real => real != 0,
        MarkedText text => text.Text.Length > 0,
        ListValue list => list.Items.Count > 0,
        DictValue dict => dict.Items.Count > 0,
        _ => true,
    };

    /// <summary>What a value holds, one after another.</summary>
    /// <exception cref="TemplateFault">It holds nothing that could be gone through.</exception>
    public static IEnumerable<object?> Items(object? value) => value switch
    {
        ListValue list => list.Items,
        DictValue dict => dict.Items.Select(item => item.Key),
        MarkedText text => text.Characters(),
        GeneratorValue generator => generator.Rest(),
        UndefinedValue => [],
        _ => throw new TemplateFault($"'{Name(value)}' object is not iterable"),
    };

    /// <summary>Whether a value can be gone through.</summary>
    public static bool IsIterable(object? value) => value is ListValue or DictValue or MarkedText or GeneratorValue or UndefinedValue;

    /// <summary>How many things a value holds.</summary>
    /// <exception cref="TemplateFault">It has no length.</exception>
    public static int Length(object? value) => value switch
    {
        ListValue list => list.Items.Count,
        DictValue dict => dict.Items.Count,
        MarkedText text => text.Length,
        UndefinedValue => 0,
        _ => throw new TemplateFault($"object of type '{Name(value)}' has no len()"),
    };
}
