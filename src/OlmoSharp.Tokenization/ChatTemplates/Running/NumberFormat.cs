using System.Globalization;
using System.Numerics;
using OlmoSharp.Tokenization.ChatTemplates.Values;

namespace OlmoSharp.Tokenization.ChatTemplates.Running;

/// <summary>Numbers in Python's presentation types.</summary>
internal static class NumberFormat
{
    private const int MostPrecision = 400;

    /// <summary>A number in decimals, rounded from its exact value, ties to even.</summary>
    /// <param name="value">The number.</param>
    /// <param name="precision">Digits after the point; below 0: tens, hundreds and so on.</param>
    public static string Fixed(double value, int precision)
    {
        if (!double.IsFinite(value))
        {
            return ValueText.Of(value);
        }

        precision = Math.Clamp(precision, -MostPrecision, MostPrecision);
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)(bits >> 52) & 0x7FF;
        BigInteger numerator = (bits & ((1L << 52) - 1)) | (exponent == 0 ? 0 : 1L << 52);
        exponent = Math.Max(exponent, 1) - 1075;
        var denominator = BigInteger.One;
        (numerator, denominator) = exponent >= 0 ? (numerator << exponent, denominator) : (numerator, denominator << -exponent);
        var scale = BigInteger.Pow(10, Math.Abs(precision));
        (numerator, denominator) = precision >= 0 ? (numerator * scale, denominator) : (numerator, denominator * scale);
        var quotient = BigInteger.DivRem(numerator, denominator, out var rest);
        var half = (rest * 2).CompareTo(denominator);
        quotient += half > 0 || (half == 0 && !quotient.IsEven) ? 1 : 0;
        quotient *= precision < 0 ? scale : 1;
        var digits = quotient.ToString(CultureInfo.InvariantCulture).PadLeft(Math.Max(0, precision) + 1, '0');
        var sign = double.IsNegative(value) ? "-" : "";
        return precision <= 0 ? sign + digits : $"{sign}{digits[..^precision]}.{digits[^precision..]}";
    }

    /// <summary>A number in a presentation type.</summary>
    /// <param name="value">The number.</param>
    /// <param name="type">The type; null: as it is printed.</param>
    /// <param name="precision">Digits after the point, or all digits for g; null: as many as Python takes.</param>
    /// <param name="isAlternate">Whether other bases have their prefix.</param>
    /// <exception cref="TemplateFault">The type is unknown or does not go with the number.</exception>
    public static string Of(object value, char? type, int? precision, bool isAlternate)
    {
        if (precision is not null && Number.IsWhole(value) && type is (null or 'd' or 'n' or 'i' or 'u' or 'x' or 'X' or 'o' or 'b'))
        {
            throw new TemplateFault("Precision not allowed in integer format specifier");
        }

        switch (type)
        {
            case 'd' or 'n' or 'i' or 'u' when Number.IsWhole(value):
            case null when value is BigInteger:
                return Number.ToWhole(value).ToString(CultureInfo.InvariantCulture);
            case 'x' or 'X' or 'o' or 'b' when Number.IsWhole(value):
                return InBase(Number.ToWhole(value), type.Value, isAlternate);
            case 'f' or 'F':
                return Fixed(Number.ToDouble(value), precision ?? 6);
            case '%':
                return Fixed(Number.ToDouble(value) * 100, precision ?? 6) + "%";
            case 'e' or 'E':
                return Scientific(Number.ToDouble(value), precision ?? 6, type.Value);
            case 'g' or 'G':
                return General(Number.ToDouble(value), Math.Max(1, precision ?? 6), type.Value == 'G' ? 'E' : 'e');
            case null when precision is { } digits:
                return General(Number.ToDouble(value), Math.Max(1, digits), 'e') is var text && text.AsSpan().ContainsAny(".en") ? text : text + ".0";
            case null:
                return ValueText.Of(Number.ToDouble(value));
            default:
                throw new TemplateFault($"unknown format code '{type}' for object of type '{ValueKind.Name(value)}'");
        }
    }

    private static string InBase(BigInteger value, char type, bool isAlternate)
    {
        var (bits, prefix) = type switch { 'o' => (3, "0o"), 'b' => (1, "0b"), _ => (4, "0" + type) };
        var left = BigInteger.Abs(value);
        List<char> digits = [];
        do
        {
            digits.Insert(0, "0123456789abcdef"[(int)(left & ((1 << bits) - 1))]);
            left >>= bits;
        }
        while (!left.IsZero);
        string text = new([.. digits]);
        return (value.Sign < 0 ? "-" : "") + (isAlternate ? prefix : "") + (type == 'X' ? text.ToUpperInvariant() : text);
    }

    private static string Scientific(double value, int precision, char letter)
    {
        if (!double.IsFinite(value))
        {
            return ValueText.Of(value);
        }

        var parts = value.ToString($"E{Math.Min(precision, MostPrecision)}", CultureInfo.InvariantCulture).Split('E');
        var exponent = int.Parse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return $"{parts[0]}{letter}{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
    }

    private static string General(double value, int digits, char letter)
    {
        if (!double.IsFinite(value))
        {
            return ValueText.Of(value);
        }

        var scientific = Scientific(value, digits - 1, letter);
        var exponent = int.Parse(scientific.AsSpan(scientific.IndexOf(letter) + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (exponent < -4 || exponent >= digits)
        {
            var mantissa = scientific[..scientific.IndexOf(letter)];
            return (mantissa.Contains('.') ? mantissa.TrimEnd('0').TrimEnd('.') : mantissa) + scientific[scientific.IndexOf(letter)..];
        }

        var text = Fixed(value, digits - 1 - exponent);
        return text.Contains('.') ? text.TrimEnd('0').TrimEnd('.') : text;
    }
}
