using System.Globalization;
using System.Numerics;
using OlmoSharp.Tokenization.ChatTemplates.Values;

namespace OlmoSharp.Tokenization.ChatTemplates.Running;

/// <summary>Filters that take, leave or change elements, one by one and only when they are asked for.</summary>
internal static class SelectionFilters
{
    /// <summary>The filters by their names.</summary>
    public static IReadOnlyDictionary<string, Filter> All { get; } = new Dictionary<string, Filter>
    {
        ["map"] = Map,
        ["select"] = (run, arguments) => Select(run, arguments, hasAttribute: false, wanted: true),
        ["reject"] = (run, arguments) => Select(run, arguments, hasAttribute: false, wanted: false),
        ["selectattr"] = (run, arguments) => Select(run, arguments, hasAttribute: true, wanted: true),
        ["rejectattr"] = (run, arguments) => Select(run, arguments, hasAttribute: true, wanted: false),
    };

    /// <summary>An attribute of an attribute and so on, such as <c>function.name</c>.</summary>
    /// <param name="run">Runs the template.</param>
    /// <param name="value">Where the path starts.</param>
    /// <param name="path">Names or places with points between them.</param>
    /// <param name="otherwise">What stands for a part that is not there; null: nothing does.</param>
    public static object? Path(Interpreter run, object? value, object? path, object? otherwise = null)
    {
        object?[] parts = path is MarkedText text
            ? [.. text.Text.Split('.').Select(object? (part) => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? (BigInteger)place : new MarkedText(part, isForeign: false))]
            : [path];
        return parts.Aggregate(value, (owner, part) => run.Item(owner, part) is var item && item is UndefinedValue && otherwise is not null ? otherwise : item);
    }

    /// <summary>What elements are compared by.</summary>
    /// <param name="run">Runs the template.</param>
    /// <param name="attribute">Of each element; null: itself.</param>
    /// <param name="isCaseSensitive">Whether upper case counts.</param>
    public static Func<object?, object?> SortKey(Interpreter run, object? attribute, bool isCaseSensitive) => item => attribute switch
    {
        null => Folded(item, isCaseSensitive),
        MarkedText text when text.Text.Contains(',') => new ListValue([.. text.Text.Split(',').Select(part => Folded(Path(run, item, new MarkedText(part.Trim(), isForeign: false)), isCaseSensitive))]),
        _ => Folded(Path(run, item, attribute), isCaseSensitive),
    };

    /// <summary>A text in lower case where that does not count; any other value as it is.</summary>
    public static object? Folded(object? value, bool isCaseSensitive) => value is MarkedText text && !isCaseSensitive ? TextParts.Lower(text) : value;

    private static GeneratorValue Map(Interpreter run, CallArguments arguments)
    {
        var items = Counted(run, arguments.Positional[0]);
        if (arguments.Positional.Count > 1)
        {
            var name = Name(arguments.Positional[1], "filter");
            var rest = arguments.Positional.Skip(2).ToArray();
            return new(items.Select(item => run.Filter(name, new([item, .. rest], arguments.Named))));
        }

        var bound = new CallArguments([], arguments.Named).Bind("map", 1, "attribute", "default");
        return new(items.Select(item => Path(run, item, bound[0], bound[1])));
    }

    private static GeneratorValue Select(Interpreter run, CallArguments arguments, bool hasAttribute, bool wanted)
    {
        var given = arguments.Positional.Skip(1).ToArray();
        if (hasAttribute && given.Length == 0)
        {
            throw new TemplateFault("Missing parameter for attribute name");
        }

        var tested = hasAttribute ? given[1..] : given;
        var name = tested.Length > 0 ? Name(tested[0], "test") : null;
        var rest = tested.Skip(1).ToArray();
        return new(Counted(run, arguments.Positional[0]).Where(item =>
        {
            var value = hasAttribute ? Path(run, item, given[0]) : item;
            return wanted == (name is null ? ValueKind.IsTrue(value) : run.Test(name, new([value, .. rest], arguments.Named)));
        }));
    }

    // Jinja2 asks whether the value is true before it goes through it.
    private static IEnumerable<object?> Counted(Interpreter run, object? value) => !ValueKind.IsTrue(value) ? [] : ValueKind.Items(value).Select(item =>
    {
        run.Budget.Spend();
        return item;
    });

    private static string Name(object? value, string what) => (value as MarkedText ?? throw new TemplateFault($"the name of a {what} must be a text")).Text;
}
