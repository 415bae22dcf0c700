using System.Text.RegularExpressions;
using OlmoSharp.Cli.Display;
using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Inspection;
using Xunit;

namespace OlmoSharp.Cli.Tests.Display;

public sealed class DocumentDisplayTests
{
    [Fact]
    public void Spans_stand_between_marks_with_their_scores()
    {
        var text = DocumentDisplay.Render(Document("a 🙂bc d", ("x__t__whole", [new(0, 7, 0.25)]), ("x__t__part", [new(2, 4, 1), new(3, 5, 0.5)]), ("x__t__none", [])), hasColours: false);
        Assert.Equal(
            """
            d/a.jsonl:3  id 7  source s
              metadata: {"k":1}
              x__t__whole = 0.25
              ⟦1⟧ x__t__part: 2 spans
              – x__t__none: 0 spans

            a ⟦1 🙂⟦1 b=1 1⟧c=0.5 1⟧ d


            """.ReplaceLineEndings("\n"), text);
    }

    [Fact]
    public void Colours_change_nothing_but_colours()
    {
        var document = Document("line\nother", ("a", [new(1, 7, 1), new(2, 2, 3)]), ("b", [new(3, 9, 2)]));
        var coloured = DocumentDisplay.Render(document, hasColours: true);
        Assert.Contains("\u001b[30;42m⟦1 \u001b[0m", coloured, StringComparison.Ordinal);
        Assert.Equal(DocumentDisplay.Render(document, hasColours: false), Regex.Replace(coloured, "\u001b\\[[0-9;]*m", ""));
    }

    [Fact]
    public void Nothing_in_a_document_can_drive_the_terminal()
    {
        const string Hostile = "\u001b]0;title\u0007 \u009b31m \u202Eabc \u200B \r\b \u2028 \0\u007F";
        var text = DocumentDisplay.Render(
            new InspectedDocument(Hostile, 1, Hostile, Hostile, [(Hostile, Hostile)], Hostile + "\n\tend", [(Hostile, [new AttributeSpan(0, 1, 1)])]), hasColours: false);
        Assert.DoesNotContain(text, c => c is not '\n' and not '\t' && (char.IsControl(c) || char.GetUnicodeCategory(c) is System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.LineSeparator));
        Assert.Contains("␛=1 1⟧]0;title␇ \\u{9B}31m \\u{202E}abc \\u{200B} ␍␈ \\u{2028} ␀␡\n\tend", text, StringComparison.Ordinal);
    }

    private static InspectedDocument Document(string text, params (string, IReadOnlyList<AttributeSpan>)[] attributes) =>
        new("d/a.jsonl", 3, "7", "s", [("metadata", "{\"k\":1}")], text, attributes);
}
