using OlmoSharp.Tokenization.ChatTemplates.Values;

namespace OlmoSharp.Tokenization.ChatTemplates.Running;

/// <summary>A filter; the first argument is the value before the sign.</summary>
internal delegate object? Filter(Interpreter run, CallArguments arguments);

/// <summary>Jinja2's filters by their names.</summary>
internal static class Filters
{
    private static readonly Dictionary<string, Filter> All = new([.. TextFilters.All, .. NumberFilters.All, .. SequenceFilters.All, .. SelectionFilters.All])
    {
        ["default"] = Default,
        ["d"] = Default,
        ["tojson"] = ToJson,
        ["attr"] = (run, arguments) => arguments.Bind("attr", 2, "obj", "name") is var bound && bound[0] is DictValue ? new UndefinedValue($"'dict object' has no attribute '{bound.Text(1).Text}'") : run.Attribute(bound[0], bound.Text(1).Text),
    };

    /// <summary>Finds a filter.</summary>
    public static bool TryFind(string name, out Filter filter) => All.TryGetValue(name, out filter!);

    private static object? Default(Interpreter run, CallArguments arguments)
    {
        var bound = arguments.Bind("default", 1, "value", "default_value", "boolean");
        return bound[0] is UndefinedValue || (bound.Flag(2) && !ValueKind.IsTrue(bound[0])) ? bound.Has(1) ? bound[1] : MarkedText.Empty : bound[0];
    }

    /// <summary>transformers' own filter: characters beyond ASCII and those of HTML stay as they are.</summary>
    private static MarkedText ToJson(Interpreter run, CallArguments arguments)
    {
        var bound = arguments.Bind("tojson", 1, "value", "ensure_ascii", "indent", "separators", "sort_keys");
        var indentation = bound[2] switch
        {
            null => null,
            MarkedText text => text.Text,
            _ => new string(' ', Math.Clamp(bound.Whole(2), 0, 100)),
        };
        var (item, key) = bound[3] switch
        {
            null => (indentation is null ? ", " : ",", ": "),
            ListValue { Items: [MarkedText first, MarkedText second] } => (first.Text, second.Text),
            _ => throw new TemplateFault("separators of tojson must be two texts"),
        };
        var json = JsonValue.Write(bound[0], new(indentation, item, key, bound.Flag(4), bound.Flag(1)), run.Budget);
        return bound[2] is MarkedText { IsForeign: true } || (bound[3] is ListValue separators && separators.Items.Any(separator => separator is MarkedText { IsForeign: true })) ? json.AsForeign() : json;
    }
}
