using System.Globalization;
using System.Reflection;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using YamlDotNet.Core;

namespace OlmoSharp.Data.Configuration;

/// <summary>Single values: text, numbers, true and false, and names of an enumeration.</summary>
internal static partial class ConfigScalar
{
    private static readonly HashSet<Type> Integers =
    [
        typeof(byte), typeof(sbyte), typeof(short), typeof(ushort), typeof(int), typeof(uint), typeof(long), typeof(ulong),
    ];

    private static readonly HashSet<Type> Reals = [typeof(float), typeof(double)];

    public static bool Is(Type type) => type == typeof(string) || type == typeof(bool) || type.IsEnum || Integers.Contains(type) || Reals.Contains(type);

    /// <summary>What a value of the type looks like, for messages.</summary>
    public static string Expectation(Type type) =>
        type == typeof(string) ? "a text"
        : type == typeof(bool) ? "true or false"
        : type.IsEnum ? $"one of {string.Join(", ", EnumNames(type).Keys)}"
        : Integers.Contains(type) ? "a whole number"
        : "a number";

    /// <summary>Reads a value. Returns null if it was read, else what is wrong with it.</summary>
    public static string? Parse(ConfigNode.Scalar scalar, Type type, out object? value)
    {
        value = null;
        if (type == typeof(string))
        {
            value = scalar.Text;
        }
        else if (type.IsEnum)
        {
            var names = EnumNames(type);
            if (!names.TryGetValue(scalar.Text, out value))
            {
                var hint = NearestName.Find(scalar.Text, names.Keys) is { } nearest ? $" (did you mean '{nearest}'?)" : "";
                return $"expected {Expectation(type)}, not {scalar.Kind}{hint}";
            }
        }
        else if (!scalar.IsPlain)
        {
            return $"expected {Expectation(type)}, not a quoted text; remove the quotes";
        }
        else if (type == typeof(bool))
        {
            value = scalar.Text switch { "true" => true, "false" => false, _ => null };
        }
        else
        {
            var text = DigitSeparator.Replace(scalar.Text, "");
            return Integers.Contains(type) ? ParseInteger(text, type, out value) : ParseReal(text, type, out value);
        }

        return value is null ? $"expected {Expectation(type)}, not {scalar.Kind}" : null;
    }

    /// <summary>Writes a value so that <see cref="Parse"/> gives it back, and says whether it needs quotes.</summary>
    public static (string Text, ScalarStyle Style) Format(object value) => value switch
    {
        string text => (text, SafeAsPlain.IsMatch(text) && !ReadOtherwise.IsMatch(text) ? ScalarStyle.Plain : ScalarStyle.DoubleQuoted),
        bool flag => (flag ? "true" : "false", ScalarStyle.Plain),
        Enum => (EnumNames(value.GetType()).First(pair => pair.Value.Equals(value)).Key, ScalarStyle.Plain),
        double or float when Convert.ToDouble(value, CultureInfo.InvariantCulture) is var number && !double.IsFinite(number) =>
            (double.IsNaN(number) ? ".nan" : number > 0 ? ".inf" : "-.inf", ScalarStyle.Plain),
        IFormattable number => (number.ToString(null, CultureInfo.InvariantCulture), ScalarStyle.Plain),
        _ => throw new InvalidOperationException($"{value.GetType()} is not a single value"),
    };

    private static string? ParseInteger(string text, Type type, out object? value)
    {
        value = null;
        if (!RealNumber.IsMatch(text) || double.Parse(text, CultureInfo.InvariantCulture) is var real && real != Math.Truncate(real))
        {
            return $"expected a whole number, not '{text}'";
        }

        try
        {
            // Decimal holds every 64-bit integer exactly, and reads 1e9 as well as 1000000000.
            var exact = decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
            value = Convert.ChangeType(exact, type, CultureInfo.InvariantCulture);
            return exact == decimal.Truncate(exact) ? null : $"expected a whole number, not '{text}'";
        }
        catch (OverflowException)
        {
            return $"{text} is outside {Bound(type, "MinValue")} to {Bound(type, "MaxValue")}";
        }
    }

    private static string? ParseReal(string text, Type type, out object? value)
    {
        double? special = text switch { ".nan" => double.NaN, ".inf" or "+.inf" => double.PositiveInfinity, "-.inf" => double.NegativeInfinity, _ => null };
        value = null;
        if (special is null && !RealNumber.IsMatch(text))
        {
            return $"expected a number, not '{text}'";
        }

        // A float is parsed as one: rounding twice, through double, can miss the nearest float.
        value = type == typeof(float)
            ? (object)((float?)special ?? float.Parse(text, CultureInfo.InvariantCulture))
            : special ?? double.Parse(text, CultureInfo.InvariantCulture);
        return special is null && !double.IsFinite(Convert.ToDouble(value, CultureInfo.InvariantCulture)) ? $"{text} is too large for this number" : null;
    }

    private static string Bound(Type type, string field) =>
        Convert.ToString(type.GetField(field)!.GetValue(null), CultureInfo.InvariantCulture)!;

    private static Dictionary<string, object> EnumNames(Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static).ToDictionary(
            field => field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? ConfigPath.NameOf(field.Name),
            field => field.GetValue(null)!);

    [GeneratedRegex("(?<=[0-9])_(?=[0-9])")]
    private static partial Regex DigitSeparator { get; }

    [GeneratedRegex(@"^[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?$")]
    private static partial Regex RealNumber { get; }

    [GeneratedRegex(@"^[A-Za-z_/]([\w ./-]*[\w./-])?$", RegexOptions.ECMAScript)]
    private static partial Regex SafeAsPlain { get; }

    // Plain texts that YAML 1.1 or 1.2 readers take for something else.
    [GeneratedRegex("^(null|true|false|yes|no|on|off|y|n)$", RegexOptions.IgnoreCase)]
    private static partial Regex ReadOtherwise { get; }
}
