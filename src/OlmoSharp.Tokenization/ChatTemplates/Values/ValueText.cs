using System.Globalization;
using System.Numerics;
using System.Text;
using OlmoSharp.Tokenization.ChatTemplates.Running;

namespace OlmoSharp.Tokenization.ChatTemplates.Values;

/// <summary>Values as Python prints them (<c>str</c> and <c>repr</c>).</summary>
internal static class ValueText
{
    /// <summary>A value as it is printed.</summary>
    public static MarkedText Of(object? value, RenderBudget budget)
    {
        if (value is MarkedText text)
        {
            return text;
        }

        MarkedTextBuilder builder = new();
        Append(value, builder, budget, isQuoted: false);
        return builder.Build();
    }

    /// <summary>A value as it is printed inside a list: text in quotes.</summary>
    public static MarkedText Quoted(object? value, RenderBudget budget)
    {
        MarkedTextBuilder builder = new();
        Append(value, builder, budget, isQuoted: true);
        return builder.Build();
    }

    /// <summary>A real number in the fewest digits that give it back, as Python writes it.</summary>
    public static string Of(double value)
    {
        if (double.IsNaN(value))
        {
            return "nan";
        }

        if (double.IsInfinity(value))
        {
            return value > 0 ? "inf" : "-inf";
        }

        var scientific = value.ToString("E16", CultureInfo.InvariantCulture);
        var exponent = int.Parse(scientific.AsSpan(scientific.IndexOf('E') + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        var (digits, point) = Digits(shortest);
        exponent = digits == "0" ? 0 : point - 1;
        var sign = shortest.StartsWith('-') ? "-" : "";
        if (exponent is < -4 or >= 16)
        {
            return $"{sign}{digits[0]}{(digits.Length > 1 ? "." + digits[1..] : "")}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
        }

        return sign + (point <= 0 ? "0." + new string('0', -point) + digits
            : point >= digits.Length ? digits + new string('0', point - digits.Length) + ".0"
            : digits[..point] + "." + digits[point..]);
    }

    /// <summary>A text in Python's quotes.</summary>
    public static string Quote(string text)
    {
        var quote = text.Contains('\'') && !text.Contains('"') ? '"' : '\'';
        StringBuilder quoted = new();
        quoted.Append(quote);
        foreach (var rune in text.EnumerateRunes())
        {
            quoted.Append(rune.Value switch
            {
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\\' => "\\\\",
                var value when value == quote => "\\" + quote,
                var value when IsPrintable(rune) => rune.ToString(),
                < 0x100 => $"\\x{rune.Value:x2}",
                < 0x10000 => $"\\u{rune.Value:x4}",
                _ => $"\\U{rune.Value:x8}",
            });
        }

        return quoted.Append(quote).ToString();
    }

    private static (string Digits, int Point) Digits(string shortest)
    {
        var unsigned = shortest.TrimStart('-');
        var (mantissa, exponent) = unsigned.Split('E') is [var before, var after] ? (before, int.Parse(after, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)) : (unsigned, 0);
        var point = mantissa.IndexOf('.') is >= 0 and var found ? found : mantissa.Length;
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        var leading = digits.Length - digits.TrimStart('0').Length;
        digits = digits.Trim('0');
        return digits.Length == 0 ? ("0", 1) : (digits, point - leading + exponent);
    }

    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);

    private static void Append(object? value, MarkedTextBuilder builder, RenderBudget budget, bool isQuoted)
    {
        Nesting.Check();
        var start = builder.Length;
        switch (value)
        {
            case MarkedText text when isQuoted:
                builder.Append(Quote(text.Text), text.IsForeign);
                break;
            case MarkedText text:
                builder.Append(text);
                break;
            case ListValue list:
                AppendAll(list.IsTuple ? "(" : "[", list.IsTuple ? list.Items.Count == 1 ? ",)" : ")" : "]", list.Items, item => Append(item, builder, budget, isQuoted: true), builder);
                return;
            case DictValue dict:
                AppendAll("{", "}", dict.Items, item =>
                {
                    Append(item.Key, builder, budget, isQuoted: true);
                    builder.Append(": ");
                    Append(item.Value, builder, budget, isQuoted: true);
                }, builder);
                return;
            case NamespaceValue space:
                AppendAll("<Namespace {", "}>", [.. space.Attributes], item =>
                {
                    builder.Append(Quote(item.Key), isForeign: true).Append(": ");
                    Append(item.Value, builder, budget, isQuoted: true);
                }, builder);
                return;
            default:
                builder.Append(value switch
                {
                    null => "None",
                    bool truth => truth ? "True" : "False",
                    BigInteger whole => whole.ToString(CultureInfo.InvariantCulture),
                    double real => Of(real),
                    UndefinedValue => isQuoted ? "Undefined" : "",
                    _ => throw new TemplateFault($"a {ValueKind.Name(value)} cannot be printed; make a list of it"),
                });
                break;
        }

        budget.SpendText(builder.Length - start);
    }

    private static void AppendAll<T>(string open, string close, IReadOnlyList<T> items, Action<T> append, MarkedTextBuilder builder)
    {
        builder.Append(open);
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0)
            {
                builder.Append(", ");
            }

            append(items[i]);
        }

        builder.Append(close);
    }
}
