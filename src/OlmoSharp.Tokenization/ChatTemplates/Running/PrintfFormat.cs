using System.Globalization;
using System.Text.RegularExpressions;
using OlmoSharp.Tokenization.ChatTemplates.Values;

namespace OlmoSharp.Tokenization.ChatTemplates.Running;

/// <summary>Python's <c>text % values</c>.</summary>
internal static partial class PrintfFormat
{
    [GeneratedRegex(@"%(?:\((?<key>[^)]{0,200})\))?(?<flags>[-+ #0]*)(?<width>[0-9]{0,6})(?:\.(?<precision>[0-9]{0,6}))?(?<type>.)?", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Conversion { get; }

    /// <summary>Puts values into a text.</summary>
    /// <param name="format">The text with its conversions.</param>
    /// <param name="values">One value, a tuple of them, or a dictionary.</param>
    /// <param name="budget">What it may cost.</param>
    /// <exception cref="TemplateFault">They do not go with the text.</exception>
    public static MarkedText Apply(MarkedText format, object? values, RenderBudget budget)
    {
        MarkedTextBuilder builder = new();
        var all = values is ListValue { IsTuple: true } tuple ? tuple.Items : [values];
        var (place, used) = (0, 0);
        budget.SpendText(format.Text.Length);
        foreach (Match match in Conversion.Matches(format.Text))
        {
            builder.Append(format.Slice(place, match.Index));
            place = match.Index + match.Length;
            if (match.Groups["type"].Value == "%")
            {
                builder.Append("%", format.IsForeign);
                continue;
            }

            var value = match.Groups["key"] is { Success: true } key ? Named(values, key.Value)
                : used < all.Count ? all[used++]
                : throw new TemplateFault("not enough arguments for format string");
            // Whoever writes the format chooses every character of the padding.
            var one = One(match, value, budget);
            builder.Append(format.IsForeign ? one.AsForeign() : one);
        }

        return used < all.Count && values is not (DictValue or ListValue { IsTuple: false } or UndefinedValue)
            ? throw new TemplateFault("not all arguments converted during string formatting")
            : builder.Append(format.Slice(place, format.Text.Length)).Build();
    }

    private static object? Named(object? values, string key) => values is DictValue dict
        ? dict.TryGet(new MarkedText(key, isForeign: false), out var value) ? value : throw new TemplateFault($"the format string needs '{key}'")
        : throw new TemplateFault("format requires a mapping");

    private static MarkedText One(Match match, object? value, RenderBudget budget)
    {
        var flags = match.Groups["flags"].Value;
        var type = match.Groups["type"].Value is [var letter] ? letter : throw new TemplateFault("incomplete format");
        var isNumber = type is not ('s' or 'r' or 'a');
        if (isNumber && !Number.Is(value))
        {
            throw value is UndefinedValue undefined ? undefined.Fault() : new TemplateFault($"%{type} format: a real number is required, not {ValueKind.Name(value)}");
        }

        value = type switch
        {
            's' => ValueText.Of(value, budget),
            'r' or 'a' => ValueText.Quoted(value, budget),
            'd' or 'i' or 'u' when value is double real => double.IsFinite(real) ? new System.Numerics.BigInteger(Math.Truncate(real)) : throw new TemplateFault("cannot convert it to an integer"),
            _ => value is bool ? Number.ToWhole(value) : value,
        };
        var width = match.Groups["width"] is { Length: > 0 } given ? int.Parse(given.Value, CultureInfo.InvariantCulture) : 0;
        int? precision = match.Groups["precision"] is { Success: true } digits ? digits.Length == 0 ? 0 : int.Parse(digits.Value, CultureInfo.InvariantCulture) : null;
        var zero = isNumber && flags.Contains('0') && !flags.Contains('-');
        return new FormatSpec(
            zero ? '0' : ' ', flags.Contains('-') ? '<' : zero ? '=' : '>', !isNumber ? null : flags.Contains('+') ? '+' : flags.Contains(' ') ? ' ' : null,
            isNumber && flags.Contains('#'), width, null, precision, isNumber ? type : null).Apply(value, budget);
    }
}
