using CsCheck;
using OlmoSharp.Data.Attributes;

namespace OlmoSharp.Data.Tests.Taggers;

/// <summary>What Python does with a string, slowly and plainly: the other implementation that taggers are compared with.</summary>
internal static class NaiveText
{
    // The characters for which Python's str.isspace is true.
    private const string Space =
        "\t\n\v\f\r\u001C\u001D\u001E\u001F \u0085\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u2028\u2029\u202F\u205F\u3000";

    private static readonly string[] Parts =
    [
        "the", "be", "to", "of", "and", "that", "have", "with", "The", "a", "ab", "javascript", "JavaScript", "javascripts", "lorem", "Ipsum", "LOREM ipsum", "{", "}",
        "word.", "word?", "word!", "\"word\"", "…", "#", "#tag", "wait…", "*", "-", "- ", "* ", "12", "3.14", "_", "é", "ñandú", "漢字", "あ", "🦙", "👩‍👩‍👧", "e\u0301", "İ", "ǅ",
        "₂", "Ⅷ", "ⓐ", "!?", "«", "»", "\u0000", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "。", "।",
    ];

    /// <summary>Texts of few words, so that much repeats, with every kind of white space; now and then nothing, or nothing but white space.</summary>
    public static Gen<string> Any { get; } = Gen.Frequency(
        (1, Gen.Const("")),
        (1, Gen.Char[Space].Array[1, 80].Select(characters => new string(characters))),
        (4, Of(Parts.Length, 60)),
        (4, Of(8, 200)),
        (2, Of(3, 400)));

    public static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    public static string[] Split(string text) => text.Split(Space.ToCharArray(), StringSplitOptions.RemoveEmptyEntries);

    public static string Strip(string text) => text.Trim(Space.ToCharArray());

    public static int Length(string text) => text.EnumerateRunes().Count();

    /// <summary>Spans of the pieces of a text that follow each other.</summary>
    public static IEnumerable<(int Start, int End, string Text)> Places(IEnumerable<string> pieces)
    {
        var at = 0;
        foreach (var piece in pieces)
        {
            yield return (at, at += Length(piece), piece);
        }
    }

    /// <summary>Lines with their <c>\n</c>; the last has none and may be empty.</summary>
    public static string[] Lines(string text)
    {
        var lines = text.Split('\n');
        return [.. lines.Select((line, index) => index < lines.Length - 1 ? line + "\n" : line)];
    }

    /// <summary>Dolma's paragraphs: lines, but not an empty last one.</summary>
    public static IEnumerable<(int Start, int End, string Text)> Paragraphs(string text) => Places(Lines(text).Where(line => line.Length > 0));

    public static AttributeSpan[] Document(string text, double score) => [new(0, Length(text), Math.Round(score, 5))];

    private static Gen<string> Of(int parts, int most) => Gen.Select(
        Gen.Int[0, parts - 1].Array[0, most],
        Gen.Frequency((12, Gen.Const(" ")), (2, Gen.Const("\n")), (1, Gen.Const("\n\n")), (2, Gen.Const("")), (1, Gen.Char[Space].Select(character => $"{character}"))).Array[most],
        Gen.Int[0, Parts.Length - 1],
        (words, spaces, shift) => string.Concat(words.Select((word, index) => Parts[(word + shift) % Parts.Length] + spaces[index])));
}
