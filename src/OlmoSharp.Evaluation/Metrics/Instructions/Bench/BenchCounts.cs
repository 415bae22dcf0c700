using System.Text.RegularExpressions;

namespace OlmoSharp.Evaluation.Metrics.Instructions.Bench;

/// <summary>IFBench's instructions about numbers and shares of words and sentences.</summary>
internal static partial class BenchCounts
{
    private static readonly HashSet<string> Conjunctions = ["and", "but", "for", "nor", "or", "so", "yet"];

    private static readonly int[] KeywordCounts = [1, 2, 3, 5, 7];

    // The names that the instruction itself offers.
    private static readonly string[] PersonNames =
    [
        "Abigail", "Alexander", "Amelia", "Andrew", "Aria", "Audrey", "Ava", "Benjamin", "Charlotte", "Chloe", "Christopher", "Claire", "Daniel", "David", "Elijah", "Ella", "Emma", "Ethan",
        "Gabriel", "Grace", "Hannah", "Harper", "Isabella", "Jackson", "Jacob", "Jonathan", "Joseph", "Layla", "Leo", "Liam", "Lily", "Lucas", "Mason", "Matthew", "Mia", "Nathan", "Nicholas",
        "Noah", "Nora", "Olivia", "Owen", "Penelope", "Ryan", "Samuel", "Scarlett", "Sophia", "Stella", "Thomas", "Victoria", "Zoe",
    ];

    private static readonly HashSet<string> Pronouns = new(StringComparer.Ordinal)
    {
        "i", "me", "my", "mine", "myself", "we", "us", "our", "ours", "ourselves", "you", "your", "yours", "yourself", "yourselves", "he", "him", "his", "himself", "she", "her", "hers", "herself",
        "it", "its", "itself", "they", "them", "their", "theirs", "themselves", "this", "that", "these", "those", "who", "whom", "whose", "which", "what", "whoever", "whomever", "whatever", "whichever",
        "anybody", "anyone", "anything", "everybody", "everyone", "everything", "nobody", "nothing", "somebody", "someone", "something", "each", "either", "neither", "both", "all", "some", "any", "none",
    };

    // NLTK's English stop words, but for contractions, which no word of letters alone is.
    private static readonly HashSet<string> StopWords = new(StringComparer.Ordinal)
    {
        "i", "me", "my", "myself", "we", "our", "ours", "ourselves", "you", "your", "yours", "yourself", "yourselves", "he", "him", "his", "himself", "she", "her", "hers", "herself", "it", "its", "itself",
        "they", "them", "their", "theirs", "themselves", "what", "which", "who", "whom", "this", "that", "these", "those", "am", "is", "are", "was", "were", "be", "been", "being", "have", "has", "had",
        "having", "do", "does", "did", "doing", "a", "an", "the", "and", "but", "if", "or", "because", "as", "until", "while", "of", "at", "by", "for", "with", "about", "against", "between", "into",
        "through", "during", "before", "after", "above", "below", "to", "from", "up", "down", "in", "out", "on", "off", "over", "under", "again", "further", "then", "once", "here", "there", "when",
        "where", "why", "how", "all", "any", "both", "each", "few", "more", "most", "other", "some", "such", "no", "nor", "not", "only", "own", "same", "so", "than", "too", "very", "s", "t", "can",
        "will", "just", "don", "should", "now", "d", "ll", "m", "o", "re", "ve", "y", "ain", "aren", "couldn", "didn", "doesn", "hadn", "hasn", "haven", "isn", "ma", "mightn", "mustn", "needn", "shan",
        "shouldn", "wasn", "weren", "won", "wouldn",
    };

    /// <summary>Different coordinating conjunctions, as they are written: <c>And</c> and <c>and</c> are two.</summary>
    public static int CountConjunctions(string response) =>
        PythonText.Words(response).Where(word => Conjunctions.Contains(BenchText.Bare(word).ToLowerInvariant())).Distinct(StringComparer.Ordinal).Count();

    /// <summary>Runs of digits once punctuation is left out.</summary>
    public static int CountNumbers(string response) => Digits.Count(PythonText.RemovePunctuation(response));

    /// <summary>Different names of the instruction's list.</summary>
    public static int CountNames(string response) => PersonNames.Count(name => Regex.IsMatch(response, $@"\b{name}\b", RegexOptions.CultureInvariant));

    /// <summary>Pronouns; a slash parts words.</summary>
    public static int CountPronouns(string response) => BenchText.Tokens(response.Replace('/', ' ').ToLowerInvariant()).Count(Pronouns.Contains);

    /// <summary>Different words without case and outer punctuation.</summary>
    public static int CountDifferentWords(string response) => PythonText.Words(response.ToLowerInvariant()).Select(BenchText.Bare).Distinct(StringComparer.Ordinal).Count();

    /// <summary>Whether every usual mark is there, and an interrobang besides.</summary>
    public static bool HasAllPunctuation(string response)
    {
        if (!response.Contains("!?", StringComparison.Ordinal) && !response.Contains("?!", StringComparison.Ordinal) && !response.Contains('‽', StringComparison.Ordinal))
        {
            return false;
        }

        var place = response.IndexOf("?!", StringComparison.Ordinal) is var first and >= 0 ? first : response.IndexOf("!?", StringComparison.Ordinal);
        var rest = place < 0 ? response : response.Remove(place, 2);
        return ".,!?;:".All(mark => rest.Contains(mark, StringComparison.Ordinal));
    }

    /// <summary>Whether keyword number i is in the text so many times: 1, 2, 3, 5 and 7.</summary>
    public static bool HasKeywords(string response, IEnumerable<string> keywords) =>
        keywords.Zip(KeywordCounts, (keyword, count) => Occurrences(response.ToLowerInvariant(), keyword.ToLowerInvariant()) == count).All(holds => holds);

    /// <summary>Whether each word whose number is a multiple of n has Japanese characters, but for numbers.</summary>
    public static bool HasJapaneseWords(string response, int n) => PythonText.Words(response).Index()
        .Where(item => (item.Index + 1) % n == 0).Select(item => BenchText.Bare(item.Item)).All(word => word.Length == 0 || word.All(char.IsDigit) || Japanese.IsMatch(word));

    /// <summary>The share of words that are stop words, in percent; null without words.</summary>
    public static double? StopWordPercentage(string response)
    {
        var words = Word.Matches(response);
        return words.Count == 0 ? null : 100.0 * words.Count(word => StopWords.Contains(word.Value.ToLowerInvariant())) / words.Count;
    }

    /// <summary>The share of the response's different runs of three characters that a text has too, in percent; null without any.</summary>
    public static double? Overlap(string response, string reference)
    {
        var own = Trigrams(response);
        return own.Count == 0 ? null : 100.0 * own.Intersect(Trigrams(reference)).Count() / own.Count;
    }

    /// <summary>How many sentences end with a sign.</summary>
    public static int CountSentences(string response, char end) => EnglishSentences.Split(response).Count(sentence => sentence.EndsWith(end));

    /// <summary>Whether there are three sentences of one length.</summary>
    public static bool HasThreeEqualSentences(string response) =>
        EnglishSentences.Split(response) is { Count: 3 } sentences && sentences.Select(sentence => PythonText.Length(PythonText.Strip(sentence))).Distinct().Count() == 1;

    private static HashSet<string> Trigrams(string text)
    {
        string[] characters = [.. text.EnumerateRunes().Select(rune => rune.ToString())];
        return [.. Enumerable.Range(0, Math.Max(0, characters.Length - 2)).Select(i => string.Concat(characters[i], characters[i + 1], characters[i + 2]))];
    }

    private static int Occurrences(string text, string keyword)
    {
        var count = 0;
        for (var i = text.IndexOf(keyword, StringComparison.Ordinal); i >= 0; i = text.IndexOf(keyword, i + keyword.Length, StringComparison.Ordinal))
        {
            count++;
        }

        return count;
    }

    [GeneratedRegex(@"\d+", RegexOptions.CultureInvariant)]
    private static partial Regex Digits { get; }

    [GeneratedRegex(@"\w+", RegexOptions.CultureInvariant)]
    private static partial Regex Word { get; }

    [GeneratedRegex("[\u3040-\u30ff\u4e00-\u9fff]", RegexOptions.CultureInvariant)]
    private static partial Regex Japanese { get; }
}
