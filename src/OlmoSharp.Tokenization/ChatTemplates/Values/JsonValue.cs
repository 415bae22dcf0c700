using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using OlmoSharp.Tokenization.ChatTemplates.Running;

namespace OlmoSharp.Tokenization.ChatTemplates.Values;

/// <summary>Values from JSON, and values as JSON in the words of Python's <c>json.dumps</c>, which transformers' <c>tojson</c> calls.</summary>
internal static class JsonValue
{
    /// <summary>The value of JSON; all of its texts are from the conversation.</summary>
    public static object? Read(JsonElement json)
    {
        Nesting.Check();
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                DictValue dict = new();
                foreach (var member in json.EnumerateObject())
                {
                    dict.Set(new MarkedText(member.Name, isForeign: true), Read(member.Value));
                }

                return dict;
            case JsonValueKind.Array:
                return new ListValue([.. json.EnumerateArray().Select(Read)]);
            case JsonValueKind.String:
                return new MarkedText(json.GetString()!, isForeign: true);
            case JsonValueKind.Number:
                var raw = json.GetRawText();
                return raw.AsSpan().ContainsAny(".eE") ? json.GetDouble() : BigInteger.Parse(raw, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            case JsonValueKind.True or JsonValueKind.False:
                return json.GetBoolean();
            default:
                return null;
        }
    }

    /// <summary>A value as JSON.</summary>
    /// <param name="value">The value.</param>
    /// <param name="layout">How it is written.</param>
    /// <param name="budget">What it may cost.</param>
    public static MarkedText Write(object? value, JsonLayout layout, RenderBudget budget)
    {
        MarkedTextBuilder builder = new();
        Append(value, layout, budget, builder, "\n");
        return builder.Build();
    }

    private static void Append(object? value, JsonLayout layout, RenderBudget budget, MarkedTextBuilder builder, string newLine)
    {
        Nesting.Check();
        var start = builder.Length;
        switch (value)
        {
            case MarkedText text:
                builder.Append(Quote(text.Text, layout.IsAscii), text.IsForeign);
                break;
            case ListValue list:
                AppendAll("[]", list.Items, item => Append(item, layout, budget, builder, newLine + layout.Indentation), layout, builder, newLine);
                return;
            case DictValue dict:
                AppendAll("{}", layout.SortsKeys ? ValueOrder.Sort(dict.Items, item => item.Key, budget) : dict.Items, item =>
                {
                    var key = Key(item.Key);
                    builder.Append(Quote(key.Text, layout.IsAscii), key.IsForeign).Append(layout.KeySeparator);
                    Append(item.Value, layout, budget, builder, newLine + layout.Indentation);
                }, layout, builder, newLine);
                return;
            default:
                builder.Append(Plain(value) ?? throw new TemplateFault($"Object of type {ValueKind.Name(value)} is not JSON serializable"));
                break;
        }

        budget.SpendText(builder.Length - start);
    }

    private static void AppendAll<T>(string brackets, IReadOnlyList<T> items, Action<T> append, JsonLayout layout, MarkedTextBuilder builder, string newLine)
    {
        builder.Append(brackets[..1]);
        var inner = layout.Indentation is null || items.Count == 0 ? "" : newLine + layout.Indentation;
        for (var i = 0; i < items.Count; i++)
        {
            builder.Append(i > 0 ? layout.ItemSeparator : "").Append(inner);
            append(items[i]);
        }

        builder.Append(inner.Length == 0 ? "" : newLine).Append(brackets[1..]);
    }

    private static MarkedText Key(object? key) => key as MarkedText
        ?? new(Plain(key) ?? throw new TemplateFault($"keys must be str, int, float, bool or None, not {ValueKind.Name(key)}"), isForeign: false);

    private static string? Plain(object? value) => value switch
    {
        null => "null",
        bool truth => truth ? "true" : "false",
        BigInteger whole => whole.ToString(CultureInfo.InvariantCulture),
        double real => double.IsNaN(real) ? "NaN" : double.IsInfinity(real) ? real > 0 ? "Infinity" : "-Infinity" : ValueText.Of(real),
        _ => null,
    };

    private static string Quote(string text, bool isAscii)
    {
        StringBuilder quoted = new("\"");
        foreach (var unit in text)
        {
            _ = unit switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                '\f' => quoted.Append("\\f"),
                '\b' => quoted.Append("\\b"),
                < ' ' => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}"),
                > '~' when isAscii && unit != '\x7F' => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}"),
                _ => quoted.Append(unit),
            };
        }

        return quoted.Append('"').ToString();
    }
}
