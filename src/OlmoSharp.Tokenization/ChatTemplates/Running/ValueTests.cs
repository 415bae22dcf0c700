using System.Numerics;
using OlmoSharp.Tokenization.ChatTemplates.Values;

namespace OlmoSharp.Tokenization.ChatTemplates.Running;

/// <summary>Jinja2's tests, as in <c>x is defined</c>.</summary>
internal static class ValueTests
{
    private static readonly Dictionary<string, Func<Interpreter, CallArguments, bool>> All = new()
    {
        ["defined"] = One(value => value is not UndefinedValue),
        ["undefined"] = One(value => value is UndefinedValue),
        ["none"] = One(value => value is null),
        ["boolean"] = One(value => value is bool),
        ["true"] = One(value => value is true),
        ["false"] = One(value => value is false),
        ["integer"] = One(value => value is BigInteger),
        ["float"] = One(value => value is double),
        ["number"] = One(Number.Is),
        ["string"] = One(value => value is MarkedText),
        ["mapping"] = One(value => value is DictValue),
        ["sequence"] = One(value => value is ListValue or MarkedText or DictValue or UndefinedValue),
        ["iterable"] = One(ValueKind.IsIterable),
        ["callable"] = One(value => value is CallableValue or UndefinedValue),
        ["escaped"] = One(_ => false),
        ["odd"] = One(value => Remainder(value, (BigInteger)2) is var rest && Number.Compare(rest, BigInteger.One) == 0),
        ["even"] = One(value => Number.Compare(Remainder(value, (BigInteger)2), BigInteger.Zero) == 0),
        ["upper"] = (run, arguments) => Cased(run, arguments, char.IsUpper, char.IsLower),
        ["lower"] = (run, arguments) => Cased(run, arguments, char.IsLower, char.IsUpper),
        ["filter"] = One(value => value is MarkedText name && Filters.TryFind(name.Text, out _)),
        ["test"] = One(value => value is MarkedText name && TryFind(name.Text, out _)),
        ["divisibleby"] = Two((_, value, other) => Number.Compare(Remainder(value, other), BigInteger.Zero) == 0),
        ["in"] = Two((run, value, container) => Operators.Holds("in", value, container, run.Budget)),
        ["sameas"] = Two((_, value, other) => value is null or bool ? Equals(value, other) : value is MarkedText ? other is MarkedText && ValueEquality.AreEqual(value, other)
            : value is BigInteger ? other is BigInteger && value.Equals(other) : ReferenceEquals(value, other)),
        ["eq"] = Comparison("=="),
        ["equalto"] = Comparison("=="),
        ["=="] = Comparison("=="),
        ["ne"] = Comparison("!="),
        ["!="] = Comparison("!="),
        ["lt"] = Comparison("<"),
        ["lessthan"] = Comparison("<"),
        ["<"] = Comparison("<"),
        ["le"] = Comparison("<="),
        ["<="] = Comparison("<="),
        ["gt"] = Comparison(">"),
        ["greaterthan"] = Comparison(">"),
        [">"] = Comparison(">"),
        ["ge"] = Comparison(">="),
        [">="] = Comparison(">="),
    };

    /// <summary>Finds a test.</summary>
    public static bool TryFind(string name, out Func<Interpreter, CallArguments, bool> test) => All.TryGetValue(name, out test!);

    private static Func<Interpreter, CallArguments, bool> One(Func<object?, bool> test) => (_, arguments) => test(arguments.Bind("the test", 1, "value")[0]);

    private static Func<Interpreter, CallArguments, bool> Two(Func<Interpreter, object?, object?, bool> test) => (run, arguments) =>
    {
        var bound = arguments.Bind("the test", 2, "value", "other");
        return test(run, bound[0], bound[1]);
    };

    private static Func<Interpreter, CallArguments, bool> Comparison(string operation) => Two((run, value, other) => Operators.Holds(operation, value, other, run.Budget));

    private static object? Remainder(object? value, object? other) => value is UndefinedValue undefined ? throw undefined.Fault()
        : Number.Is(value) && Number.Is(other) ? Number.Compute("%", value, other)
        : throw new TemplateFault($"unsupported operand type(s) for %: '{ValueKind.Name(value)}' and '{ValueKind.Name(other)}'");

    private static bool Cased(Interpreter run, CallArguments arguments, Func<char, bool> wanted, Func<char, bool> other)
    {
        var text = run.Text(arguments.Bind("the test", 1, "value")[0]).Text;
        return text.Any(wanted) && !text.Any(other);
    }
}
