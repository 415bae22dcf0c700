using System.Numerics;
using OlmoSharp.Tokenization.ChatTemplates.Values;

namespace OlmoSharp.Tokenization.ChatTemplates.Running;

/// <summary>The functions that every template has, Jinja2's and transformers'.</summary>
internal static class GlobalFunctions
{
    // The bound of Jinja2's sandbox.
    private const int MostRange = 100_000;

    /// <summary>The functions by their names.</summary>
    public static IReadOnlyDictionary<string, object?> All { get; } = new Dictionary<string, object?>
    {
        ["range"] = new CallableValue("range", Range),
        ["dict"] = new CallableValue("dict", arguments => Merge(new(), arguments)),
        ["namespace"] = new CallableValue("namespace", Namespace),
        ["joiner"] = new CallableValue("joiner", Joiner),
        ["cycler"] = new CallableValue("cycler", Cycler),
        ["raise_exception"] = new CallableValue("raise_exception", arguments => throw new TemplateFault(
            arguments.Bind("raise_exception", 1, "message")[0] is MarkedText message ? message.Text : "the template refuses the conversation")),
    };

    private static ListValue Range(CallArguments arguments)
    {
        var bound = arguments.Bind("range", 1, "start", "stop", "step");
        var (start, stop, step) = bound.Has(1) ? (bound.Whole(0), bound.Whole(1), bound.Whole(2, 1)) : (0, bound.Whole(0), 1);
        if (step == 0)
        {
            throw new TemplateFault("range() arg 3 must not be zero");
        }

        var count = Math.Max(0, step > 0 ? ((long)stop - start + step - 1) / step : ((long)start - stop - step - 1) / -(long)step);
        return count > MostRange
            ? throw new TemplateFault($"range too big; the sandbox blocks ranges larger than {MostRange}")
            : new([.. Enumerable.Range(0, (int)count).Select(i => (object?)(BigInteger)(start + (long)i * step))]);
    }

    private static DictValue Merge(DictValue dict, CallArguments arguments)
    {
        foreach (var source in arguments.Positional)
        {
            foreach (var (key, value) in source is DictValue other ? other.Items : ValueKind.Items(source).Select(Pair))
            {
                dict.Set(key, value);
            }
        }

        return CallArguments.Gather(arguments.Named, dict);
    }

    private static KeyValuePair<object?, object?> Pair(object? item) => item is ListValue { Items: [var key, var value] }
        ? new(key, value)
        : throw new TemplateFault("dict() takes pairs");

    private static NamespaceValue Namespace(CallArguments arguments)
    {
        NamespaceValue space = new();
        foreach (var (key, value) in Merge(new(), arguments).Items)
        {
            space.Attributes[(key as MarkedText ?? throw new TemplateFault("names of a namespace must be texts")).Text] = value;
        }

        return space;
    }

    private static CallableValue Joiner(CallArguments arguments)
    {
        var separator = arguments.Bind("joiner", 0, "sep").Text(0, ", ");
        var isUsed = false;
        return new("joiner", _ =>
        {
            var text = isUsed ? separator : MarkedText.Empty;
            isUsed = true;
            return text;
        });
    }

    private static CallableValue Cycler(CallArguments arguments)
    {
        var items = arguments.Positional.Count > 0 ? arguments.Positional : throw new TemplateFault("at least one item has to be provided");
        var place = 0;
        return new("cycler", _ => throw new TemplateFault("'Cycler' object is not callable"))
        {
            Attribute = name => name switch
            {
                "current" => items[place],
                "next" => new CallableValue("next", _ =>
                {
                    var item = items[place];
                    place = (place + 1) % items.Count;
                    return item;
                }),
                "reset" => new CallableValue("reset", _ =>
                {
                    place = 0;
                    return null;
                }),
                _ => new UndefinedValue($"'Cycler' object has no attribute '{name}'"),
            },
        };
    }
}
