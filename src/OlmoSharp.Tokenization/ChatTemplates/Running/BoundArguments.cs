using System.Numerics;
using OlmoSharp.Tokenization.ChatTemplates.Values;

namespace OlmoSharp.Tokenization.ChatTemplates.Running;

/// <summary>The arguments of a call by their parameters' places.</summary>
internal sealed class BoundArguments(string function, object?[] values, bool[] given)
{
    /// <summary>An argument; None where it is not given.</summary>
    public object? this[int place] => values[place];

    /// <summary>Whether an argument is given.</summary>
    public bool Has(int place) => given[place];

    /// <summary>Whether an argument is given and not None.</summary>
    public bool HasValue(int place) => values[place] is not null;

    /// <summary>A text.</summary>
    /// <exception cref="TemplateFault">It is something else.</exception>
    public MarkedText Text(int place) => values[place] as MarkedText ?? throw Wrong(place, "a str");

    /// <summary>A text, or another where none is given.</summary>
    public MarkedText Text(int place, string otherwise) => given[place] ? Text(place) : new(otherwise, isForeign: false);

    /// <summary>A whole number of 32 bits; larger ones are cut to the largest.</summary>
    /// <exception cref="TemplateFault">It is something else.</exception>
    public int Whole(int place, int? otherwise = null) => !given[place] && otherwise is { } value ? value
        : Number.IsWhole(values[place]) ? (int)BigInteger.Max(int.MinValue, BigInteger.Min(int.MaxValue, Number.ToWhole(values[place])))
        : throw Wrong(place, "an int");

    /// <summary>Whether an argument is true.</summary>
    public bool Flag(int place, bool otherwise = false) => given[place] ? ValueKind.IsTrue(values[place]) : otherwise;

    private TemplateFault Wrong(int place, string expected) => values[place] is UndefinedValue undefined
        ? undefined.Fault()
        : new($"argument {place + 1} of {function} must be {expected}, not {ValueKind.Name(values[place])}");
}
