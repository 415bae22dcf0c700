using System.Buffers;
using System.Globalization;
using System.Numerics;
using OlmoSharp.Tokenization.ChatTemplates.Values;

namespace OlmoSharp.Tokenization.ChatTemplates.Running;

/// <summary>Filters of numbers.</summary>
internal static class NumberFilters
{
    private static readonly SearchValues<char> RealCharacters = SearchValues.Create("0123456789.eE+-_");

    /// <summary>The filters by their names.</summary>
    public static IReadOnlyDictionary<string, Filter> All { get; } = new Dictionary<string, Filter>
    {
        ["abs"] = (_, arguments) => arguments.Bind("abs", 1, "x")[0] switch
        {
            double real => Math.Abs(real),
            var value when Number.IsWhole(value) => BigInteger.Abs(Number.ToWhole(value)),
            UndefinedValue undefined => throw undefined.Fault(),
            var value => throw new TemplateFault($"bad operand type for abs(): '{ValueKind.Name(value)}'"),
        },
        ["int"] = ToWhole,
        ["float"] = ToReal,
        ["round"] = Round,
    };

    private static object? ToWhole(Interpreter run, CallArguments arguments)
    {
        var bound = arguments.Bind("int", 1, "value", "default", "base");
        var otherwise = bound.Has(1) ? bound[1] : BigInteger.Zero;
        switch (bound[0])
        {
            case UndefinedValue undefined:
                throw undefined.Fault();
            case double real:
                return double.IsFinite(real) ? new BigInteger(Math.Truncate(real)) : double.IsNaN(real) ? otherwise : throw new TemplateFault("cannot convert float infinity to integer");
            case MarkedText text:
                return ParseWhole(text.Text.Trim(), bound.Whole(2, 10)) ?? (ParseReal(text.Text) is { } number && double.IsFinite(number) ? new BigInteger(Math.Truncate(number)) : otherwise);
            case var value:
                return Number.IsWhole(value) ? Number.ToWhole(value) : otherwise;
        }
    }

    private static object? ToReal(Interpreter run, CallArguments arguments)
    {
        var bound = arguments.Bind("float", 1, "value", "default");
        return bound[0] switch
        {
            UndefinedValue undefined => throw undefined.Fault(),
            MarkedText text when ParseReal(text.Text) is { } number => number,
            var value when Number.Is(value) => Number.ToDouble(value),
            _ => bound.Has(1) ? bound[1] : 0.0,
        };
    }

    private static object? Round(Interpreter run, CallArguments arguments)
    {
        var bound = arguments.Bind("round", 1, "value", "precision", "method");
        var (value, precision, method) = (bound[0], bound.Whole(1, 0), bound.Text(2, "common").Text);
        if (!Number.Is(value))
        {
            throw value is UndefinedValue undefined ? undefined.Fault() : new TemplateFault($"type {ValueKind.Name(value)} doesn't define __round__ method");
        }

        if (method == "common")
        {
            return value is double real
                ? double.IsFinite(real) ? double.Parse(NumberFormat.Fixed(real, precision), CultureInfo.InvariantCulture) : real
                : precision >= 0 ? Number.ToWhole(value) : RoundTo(Number.ToWhole(value), BigInteger.Pow(10, -Math.Max(precision, -1000)));
        }

        var scale = Math.Pow(10, precision);
        return method switch
        {
            "ceil" => Math.Ceiling(Number.ToDouble(value) * scale) / scale,
            "floor" => Math.Floor(Number.ToDouble(value) * scale) / scale,
            _ => throw new TemplateFault("method must be common, ceil or floor"),
        };
    }

    private static BigInteger RoundTo(BigInteger value, BigInteger unit)
    {
        var quotient = BigInteger.DivRem(value, unit, out var rest);
        var half = (BigInteger.Abs(rest) * 2).CompareTo(unit);
        return (quotient + (half > 0 || (half == 0 && !quotient.IsEven) ? value.Sign : 0)) * unit;
    }

    private static BigInteger? ParseWhole(string text, int radix)
    {
        if (radix is < 2 or > 36)
        {
            throw new TemplateFault("the base of int must be from 2 to 36");
        }

        var start = text is ['-' or '+', ..] ? 1 : 0;
        var prefix = radix == 16 ? "0x" : radix == 8 ? "0o" : radix == 2 ? "0b" : null;
        var hasPrefix = prefix is not null && text.AsSpan(start).StartsWith(prefix, StringComparison.OrdinalIgnoreCase);
        var digits = text[(start + (hasPrefix ? 2 : 0))..];
        digits = hasPrefix && digits.StartsWith('_') ? digits[1..] : digits;
        if (digits.Length is 0 or > 4000 || digits.StartsWith('_') || digits.EndsWith('_') || digits.Contains("__", StringComparison.Ordinal))
        {
            return null;
        }

        var value = BigInteger.Zero;
        foreach (var letter in digits.Where(letter => letter != '_'))
        {
            var digit = char.IsAsciiDigit(letter) ? letter - '0' : char.IsAsciiLetter(letter) ? (letter | 0x20) - 'a' + 10 : 99;
            if (digit >= radix)
            {
                return null;
            }

            value = value * radix + digit;
        }

        return text is ['-', ..] ? -value : value;
    }

    private static double? ParseReal(string text)
    {
        var trimmed = text.Trim();
        var unsigned = trimmed.TrimStart('-', '+').ToLowerInvariant();
        if (unsigned is "inf" or "infinity" or "nan" && trimmed.Length - unsigned.Length <= 1)
        {
            return unsigned == "nan" ? double.NaN : trimmed[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
        }

        const NumberStyles styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return trimmed.AsSpan().ContainsAnyExcept(RealCharacters) || trimmed.StartsWith('_') || trimmed.EndsWith('_') || trimmed.Contains("__", StringComparison.Ordinal)
            ? null
            : double.TryParse(trimmed.Replace("_", "", StringComparison.Ordinal), styles, CultureInfo.InvariantCulture, out var value) ? value : null;
    }
}
