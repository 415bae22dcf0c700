using System.Globalization;
using System.Text;

namespace OlmoSharp.Tokenization.ChatTemplates.Running;

/// <summary>Times as Python's <c>strftime</c> writes them in English.</summary>
internal static class PythonTime
{
    /// <summary>Writes a time.</summary>
    /// <exception cref="TemplateFault">A directive is not supported.</exception>
    public static string Format(DateTimeOffset time, string format)
    {
        StringBuilder text = new();
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                text.Append(format[i]);
                continue;
            }

            i++;
            var isPlain = format[i] == '-' && i + 1 < format.Length;
            i += isPlain ? 1 : 0;
            var part = Directive(time, format[i]);
            text.Append(isPlain && part.Length > 1 ? part.TrimStart('0', ' ') is { Length: > 0 } trimmed ? trimmed : "0" : part);
        }

        return text.ToString();
    }

    private static string Directive(DateTimeOffset time, char directive) => directive switch
    {
        'Y' => In(time, "yyyy"),
        'y' => In(time, "yy"),
        'm' => In(time, "MM"),
        'B' => In(time, "MMMM"),
        'b' or 'h' => In(time, "MMM"),
        'd' => In(time, "dd"),
        'e' => time.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2),
        'A' => In(time, "dddd"),
        'a' => In(time, "ddd"),
        'H' => In(time, "HH"),
        'I' => In(time, "hh"),
        'M' => In(time, "mm"),
        'S' => In(time, "ss"),
        'f' => In(time, "ffffff"),
        'p' => time.Hour < 12 ? "AM" : "PM",
        'j' => time.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
        'w' => ((int)time.DayOfWeek).ToString(CultureInfo.InvariantCulture),
        'u' => (time.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)time.DayOfWeek).ToString(CultureInfo.InvariantCulture),
        'F' => In(time, "yyyy-MM-dd"),
        'D' or 'x' => In(time, "MM/dd/yy"),
        'T' or 'X' => In(time, "HH:mm:ss"),
        'R' => In(time, "HH:mm"),
        'c' => $"{In(time, "ddd MMM")} {time.Day,2} {In(time, "HH:mm:ss yyyy")}",
        // transformers asks for a time without a zone, of which Python writes nothing.
        'z' or 'Z' => "",
        'n' => "\n",
        't' => "\t",
        '%' => "%",
        _ => throw new TemplateFault($"the directive %{directive} of strftime_now is not supported"),
    };

    private static string In(DateTimeOffset time, string format) => time.ToString(format, CultureInfo.InvariantCulture);
}
