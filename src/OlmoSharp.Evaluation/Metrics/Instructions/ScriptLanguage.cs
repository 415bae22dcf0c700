using System.Text;

namespace OlmoSharp.Evaluation.Metrics.Instructions;

/// <summary>Languages that their script tells, or within Devanagari a few of their most frequent words, so that IFEval's languages that a language model may lack are covered.</summary>
internal static class ScriptLanguage
{
    // Blocks of Unicode, first and last code point.
    private static readonly (int First, int Last, string Language)[] Scripts =
    [
        (0x0980, 0x09FF, "bn"), (0x0A00, 0x0A7F, "pa"), (0x0A80, 0x0AFF, "gu"), (0x0B80, 0x0BFF, "ta"), (0x0C00, 0x0C7F, "te"), (0x0C80, 0x0CFF, "kn"), (0x0D00, 0x0D7F, "ml"),
        (0x0D80, 0x0DFF, "si"), (0x0E00, 0x0E7F, "th"), (0x0590, 0x05FF, "he"), (0x1100, 0x11FF, "ko"), (0xAC00, 0xD7AF, "ko"), (0x0370, 0x03FF, "el"), (0x0900, 0x097F, "devanagari"),
    ];

    private static readonly (string Language, HashSet<string> Words)[] Devanagari =
    [
        ("hi", ["है", "हैं", "का", "की", "के", "में", "और", "से", "को", "पर", "यह", "भी", "नहीं", "था", "थे", "थी"]),
        ("mr", ["आहे", "आहेत", "आणि", "हे", "ही", "हा", "ते", "तो", "ती", "नाही", "होते", "होता", "मध्ये", "करण्यासाठी", "आपल्या", "तुम्ही"]),
        ("ne", ["छ", "छन्", "र", "पनि", "हो", "को", "मा", "लाई", "गर्न", "भने", "यो", "तपाईं", "हुन्छ", "गर्ने", "थियो", "छैन"]),
    ];

    /// <summary>The language of a text of which more than half of the letters are of a script of one language (Devanagari: by its words), or null.</summary>
    public static string? Of(string text)
    {
        var letters = 0;
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var rune in text.EnumerateRunes())
        {
            // Vowel signs are marks, and of the script too.
            var script = Array.Find(Scripts, range => rune.Value >= range.First && rune.Value <= range.Last).Language;
            letters += script is not null || Rune.IsLetter(rune) ? 1 : 0;
            if (script is not null)
            {
                counts[script] = counts.GetValueOrDefault(script) + 1;
            }
        }

        if (counts.Count == 0)
        {
            return null;
        }

        var (language, count) = counts.MaxBy(pair => pair.Value);
        return 2 * count <= letters ? null : language != "devanagari" ? language : ByWords(text);
    }

    private static string? ByWords(string text)
    {
        var words = text.Split([' ', '\n', '\t', '।', ',', '.', '?', '!', ':', ';', '"', '(', ')', '-', '*'], StringSplitOptions.RemoveEmptyEntries);
        var best = Devanagari.Select(entry => (entry.Language, Count: words.Count(entry.Words.Contains))).MaxBy(entry => entry.Count);
        return best.Count == 0 ? null : best.Language;
    }
}
