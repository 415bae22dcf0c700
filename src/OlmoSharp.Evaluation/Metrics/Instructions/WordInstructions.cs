using System.Text.RegularExpressions;
using OlmoSharp.Evaluation.Metrics.Answers;

namespace OlmoSharp.Evaluation.Metrics.Instructions;

/// <summary>Instructions about words and letters. Keywords are regular expressions, case ignored, and need not be whole words.</summary>
internal static class WordInstructions
{
    /// <summary>Whether every keyword occurs.</summary>
    public static bool HasAll(string response, IEnumerable<string> keywords) => keywords.All(keyword => Pattern(keyword).IsMatch(response));

    /// <summary>How often a keyword occurs.</summary>
    public static int CountOf(string response, string keyword) => Pattern(keyword.Trim()).Count(response);

    /// <summary>Whether none of the words occurs as a whole word.</summary>
    public static bool HasNone(string response, IEnumerable<string> words) =>
        !words.Any(word => Pattern($"(?:(?<={PythonText.WordClass})(?!{PythonText.WordClass})|(?<!{PythonText.WordClass})(?={PythonText.WordClass})){word}" +
            $"(?:(?<={PythonText.WordClass})(?!{PythonText.WordClass})|(?<!{PythonText.WordClass})(?={PythonText.WordClass}))").IsMatch(response));

    /// <summary>How often a letter occurs, case ignored. The original asks for another letter at random where the data has a sign such as <c>#</c>; here it is that sign.</summary>
    public static int CountLetter(string response, string letter)
    {
        var lower = response.ToLowerInvariant();
        var sought = letter.Trim().ToLowerInvariant();
        return sought.Length == 0 ? 0 : (lower.Length - lower.Replace(sought, "", StringComparison.Ordinal).Length) / sought.Length;
    }

    private static Regex Pattern(string keyword) => AnswerPattern.Parse("(?i)" + keyword);
}
