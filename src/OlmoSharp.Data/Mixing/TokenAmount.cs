using System.Globalization;

namespace OlmoSharp.Data.Mixing;

/// <summary>Shows numbers of tokens as tables of training mixes do.</summary>
public static class TokenAmount
{
    /// <summary>Three digits and a unit, such as <c>3.66 B</c>.</summary>
    public static string Show(double tokens)
    {
        var (value, unit) = tokens switch
        {
            >= 999.5e9 => (tokens / 1e12, " T"),
            >= 999.5e6 => (tokens / 1e9, " B"),
            >= 999.5e3 => (tokens / 1e6, " M"),
            >= 999.5 => (tokens / 1e3, " K"),
            _ => (tokens, ""),
        };
        var format = unit == "" ? "0" : value < 9.995 ? "0.00" : value < 99.95 ? "0.0" : "0";
        return value.ToString(format, CultureInfo.InvariantCulture) + unit;
    }
}
