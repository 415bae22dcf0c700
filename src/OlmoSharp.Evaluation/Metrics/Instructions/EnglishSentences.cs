namespace OlmoSharp.Evaluation.Metrics.Instructions;

/// <summary>
/// Sentences of English text. IFEval counts them with NLTK's Punkt model, whose learned lists are not part of this project; these are Punkt's rules (Kiss and Strunk 2006) with
/// short lists of our own for abbreviations and for words that start sentences. What differs is abbreviations that one of the two does not know.
/// </summary>
internal static class EnglishSentences
{
    private static readonly HashSet<string> Abbreviations = new(StringComparer.OrdinalIgnoreCase)
    {
        "mr", "mrs", "ms", "dr", "prof", "st", "jr", "sr", "gen", "col", "lt", "sgt", "capt", "gov", "sen", "rep", "rev", "hon", "pres", "inc", "ltd", "co", "corp", "bros", "vs", "etc",
        "no", "nos", "vol", "pp", "fig", "figs", "eq", "ed", "eds", "cf", "al", "ca", "approx", "dept", "univ", "est", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sept", "sep",
        "oct", "nov", "dec", "mon", "tue", "wed", "thu", "fri", "sat", "sun", "e.g", "i.e", "a.m", "p.m", "u.s", "u.k", "u.n", "d.c", "ph.d", "m.d", "b.a", "m.a", "b.c", "a.d", "p.s",
        "p.p.s", "n.y", "l.a", "mt", "ft", "ave", "blvd", "rd", "messrs", "mme", "adm", "maj", "cmdr", "supt", "ariz", "calif", "conn", "fla", "ill", "mass", "mich", "minn", "wash",
    };

    private static readonly HashSet<string> Starters = new(StringComparer.Ordinal)
    {
        "The", "This", "That", "These", "Those", "It", "He", "She", "They", "We", "You", "I", "In", "On", "At", "As", "But", "And", "However", "If", "When", "While", "There", "Then",
        "A", "An", "For", "To", "So", "My", "His", "Her", "Their", "Our", "Its", "What", "Why", "How", "Who", "Where", "After", "Before", "Although", "Though", "Since", "Because", "Moreover",
    };

    /// <summary>The number of sentences.</summary>
    public static int Count(string text) => Split(text).Count;

    /// <summary>The sentences, without the white space between them.</summary>
    public static List<string> Split(string text)
    {
        var sentences = new List<string>();
        var (start, before) = (-1, 0..0);
        foreach (var word in WordRanges(text))
        {
            if (start >= 0 && EndsSentence(text[before], text[word]))
            {
                sentences.Add(text[start..before.End.Value]);
                start = -1;
            }

            start = start < 0 ? word.Start.Value : start;
            before = word;
        }

        if (start >= 0)
        {
            sentences.Add(text[start..before.End.Value]);
        }

        return sentences;
    }

    private static IEnumerable<Range> WordRanges(string text)
    {
        for (int i = 0, end; i < text.Length; i = end)
        {
            end = i + 1;
            if (PythonText.IsSpace(text[i]))
            {
                continue;
            }

            while (end < text.Length && !PythonText.IsSpace(text[end]))
            {
                end++;
            }

            yield return i..end;
        }
    }

    private static bool EndsSentence(string word, string next)
    {
        var end = word.TrimEnd('"', '\'', ')', ']', '}', '”', '’', '*', '_', '»');
        if (end.Length == 0 || end[^1] is not ('.' or '?' or '!'))
        {
            return false;
        }

        // Signs that stand alone, such as a list's dash, say nothing about case.
        var first = next.TrimStart('"', '\'', '(', '[', '{', '“', '‘', '*', '_', '«');
        var capital = first.Length > 0 && char.IsUpper(first[0]);
        var lower = first.Length > 0 && char.IsLower(first[0]);
        if (end[^1] is '?' or '!')
        {
            return true;
        }

        if (end.EndsWith("..", StringComparison.Ordinal))
        {
            return capital;
        }

        var stem = end[..^1].TrimStart('"', '\'', '(', '[', '“', '‘', '*');
        if (stem.Length == 1 && char.IsLetter(stem[0]) && stem != "I")
        {
            return capital && Starters.Contains(Word(first));
        }

        if (Abbreviations.Contains(stem))
        {
            return capital && Starters.Contains(Word(first));
        }

        return !lower || !stem.All(character => char.IsDigit(character) || character is '.' or ',');
    }

    private static string Word(string text) => new([.. text.TakeWhile(char.IsLetter)]);
}
