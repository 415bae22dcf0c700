using System.Globalization;
using System.Text;
using OlmoSharp.Analysis.Charts;
using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Inspection;

namespace OlmoSharp.Cli.Display;

/// <summary>
/// Shows a document with the spans of its attributes in the text: in colours, or between marks that carry the attribute's number. Whatever could move the
/// cursor, change the terminal or hide text is shown as a picture or an escape.
/// </summary>
internal static class DocumentDisplay
{
    private static readonly int[] Colours = [42, 43, 44, 45, 46, 41, 100];

    /// <summary>The lines of a document.</summary>
    /// <param name="document">The document.</param>
    /// <param name="hasColours">Whether the terminal takes ANSI colours.</param>
    public static string Render(InspectedDocument document, bool hasColours)
    {
        var output = new StringBuilder();
        output.Append(CultureInfo.InvariantCulture, $"{Bold($"{Safe(document.Path, false)}:{document.Line}", hasColours)}  id {Safe(document.Id, false)}  source {Safe(document.Source, false)}\n");
        foreach (var (name, json) in document.Fields)
        {
            output.Append(CultureInfo.InvariantCulture, $"  {Safe(name, false)}: {Safe(json, false)}\n");
        }

        var runes = document.Text.EnumerateRunes().ToArray();
        var marked = new List<(AttributeSpan Span, int Number)>();
        foreach (var (name, spans) in document.Attributes)
        {
            // What is said of the whole document needs no marks.
            if (spans is [var only] && only.Start == 0 && only.End == runes.Length)
            {
                output.Append(CultureInfo.InvariantCulture, $"  {Safe(name, false)} = {ChartNumber.Format(only.Score)}\n");
                continue;
            }

            var number = marked.Select(mark => mark.Number).DefaultIfEmpty(0).Max() + 1;
            marked.AddRange(spans.Select(span => (span, number)));
            var label = spans.Count == 0 ? "–" : $"⟦{number}⟧";
            output.Append(CultureInfo.InvariantCulture, $"  {Colour(label, spans.Count == 0 ? 0 : number, hasColours)} {Safe(name, false)}: {spans.Count} {(spans.Count == 1 ? "span" : "spans")}\n");
        }

        output.Append('\n');
        AppendText(output, runes, marked, hasColours);
        return output.Append("\n\n").ToString();
    }

    /// <summary>Text that a terminal can be given: controls as their pictures, what directs or hides text as an escape.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="keepsLines">Whether line feeds and tabs stay.</param>
    public static string Safe(string text, bool keepsLines) => string.Concat(text.EnumerateRunes().Select(rune => Safe(rune, keepsLines)));

    private static string Safe(Rune rune, bool keepsLines) => rune.Value switch
    {
        '\n' or '\t' when keepsLines => rune.ToString(),
        < 0x20 => ((char)(0x2400 + rune.Value)).ToString(),
        0x7F => "\u2421",
        _ when Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            => string.Create(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:X}}}"),
        _ => rune.ToString(),
    };

    private static void AppendText(StringBuilder output, Rune[] runes, List<(AttributeSpan Span, int Number)> marked, bool hasColours)
    {
        var open = new List<(AttributeSpan Span, int Number)>();
        var starts = marked.OrderBy(mark => mark.Span.Start).ThenByDescending(mark => mark.Span.End).ThenBy(mark => mark.Number).ToList();
        var next = 0;
        for (var place = 0; place <= runes.Length; place++)
        {
            foreach (var mark in open.Where(mark => mark.Span.End == place).Reverse().ToList())
            {
                open.Remove(mark);
                AppendMark(output, $"={ChartNumber.Format(mark.Span.Score)} {mark.Number}⟧", mark.Number, hasColours);
            }

            for (; next < starts.Count && starts[next].Span.Start == place; next++)
            {
                AppendMark(output, $"⟦{starts[next].Number} ", starts[next].Number, hasColours);
                if (starts[next].Span.End == place)
                {
                    AppendMark(output, $"={ChartNumber.Format(starts[next].Span.Score)} {starts[next].Number}⟧", starts[next].Number, hasColours);
                    continue;
                }

                open.Add(starts[next]);
            }

            if (place < runes.Length)
            {
                // Colours stop at the end of a line, as many terminals would fill the rest of it.
                var isColoured = hasColours && open.Count > 0 && runes[place].Value != '\n';
                output.Append(isColoured ? Colour(Safe(runes[place], true), open[^1].Number, true) : Safe(runes[place], true));
            }
        }
    }

    private static void AppendMark(StringBuilder output, string mark, int number, bool hasColours) => output.Append(hasColours ? Colour(mark, number, true) : mark);

    private static string Bold(string text, bool hasColours) => hasColours ? $"\u001b[1m{text}\u001b[0m" : text;

    private static string Colour(string text, int number, bool hasColours) =>
        hasColours && number > 0 ? string.Create(CultureInfo.InvariantCulture, $"\u001b[30;{Colours[(number - 1) % Colours.Length]}m{text}\u001b[0m") : text;
}
