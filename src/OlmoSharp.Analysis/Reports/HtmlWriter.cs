using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace OlmoSharp.Analysis.Reports;

/// <summary>
/// Writes HTML from interpolated strings: the literal parts are markup, every hole is encoded. No text can become markup by being forgotten.
/// </summary>
internal sealed class HtmlWriter
{
    // Markup characters, the control characters that HTML forbids, carriage returns (readers would change them), surrogates and noncharacters.
    private static readonly SearchValues<char> Special = SearchValues.Create(
    [
        '&', '<', '>', '"', '\'',
        .. Range('\0', '\u001F').Except("\t\n"),
        .. Range('\u007F', '\u009F'),
        .. Range('\uD800', '\uDFFF'),
        .. Range('\uFDD0', '\uFDEF'),
        '\uFFFE', '\uFFFF',
    ]);

    private readonly StringBuilder _html = new();

    /// <summary>Writes markup whose holes are encoded; numbers in holes are drawing coordinates, to two decimals.</summary>
    /// <returns>This writer, to which the string's parts have gone as they were evaluated.</returns>
    public HtmlWriter Write([InterpolatedStringHandlerArgument("")] ref Markup markup) => this;

    /// <summary>Writes text that is part of this program as it is.</summary>
    public void WriteOwn(string markup) => _html.Append(markup);

    /// <inheritdoc/>
    public override string ToString() => _html.ToString();

    /// <summary>
    /// Text as HTML may hold it. Control characters become their visible pictures (U+2400…), what Unicode forbids becomes U+FFFD.
    /// </summary>
    internal static string Encode(string text)
    {
        if (!text.AsSpan().ContainsAny(Special))
        {
            return text;
        }

        var encoded = new StringBuilder(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '&' => encoded.Append("&amp;"),
                '<' => encoded.Append("&lt;"),
                '>' => encoded.Append("&gt;"),
                '"' => encoded.Append("&quot;"),
                '\'' => encoded.Append("&#39;"),
                '\t' or '\n' => encoded.Append((char)rune.Value),
                < 0x20 => encoded.Append((char)(0x2400 + rune.Value)),
                0x7F => encoded.Append('\u2421'),
                (> 0x7F and < 0xA0) or (>= 0xFDD0 and <= 0xFDEF) => encoded.Append('\uFFFD'),
                var value when (value & 0xFFFE) == 0xFFFE => encoded.Append('\uFFFD'),
                _ => encoded.Append(rune.ToString()),
            };
        }

        return encoded.ToString();
    }

    private static IEnumerable<char> Range(char first, char last) => Enumerable.Range(first, last - first + 1).Select(code => (char)code);

    /// <summary>Receives the parts of an interpolated string.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Markup
    {
        private readonly HtmlWriter _writer;

        public Markup(int literalLength, int formattedCount, HtmlWriter writer) => _writer = writer;

        public void AppendLiteral(string markup) => _writer._html.Append(markup);

        public void AppendFormatted(string? text) => _writer._html.Append(Encode(text ?? ""));

        public void AppendFormatted(int number) => _writer._html.Append(number);

        public void AppendFormatted(double coordinate) => _writer._html.Append(Math.Round(coordinate, 2).ToString(CultureInfo.InvariantCulture));
    }
}
