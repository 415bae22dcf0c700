using System.Text;
using System.Text.RegularExpressions;
using OlmoSharp.Evaluation.Metrics.Answers;

namespace OlmoSharp.Evaluation.Templates;

/// <summary>The text of a GSM8K solution as OLMES scores it: one line of natural text that ends with "So the answer is N.".</summary>
internal static partial class Gsm8kSolution
{
    /// <summary>Rewrites a solution.</summary>
    /// <param name="solution">As the dataset has it, with calculator marks in <c>&lt;&lt;…&gt;&gt;</c> and the answer after <c>####</c>.</param>
    public static string Of(string solution)
    {
        var parts = solution.Split("####");
        var answer = PythonText.Strip(parts[^1]);
        var text = PythonText.Strip(WhiteSpace.Replace(Calculation.Replace(solution, ""), " "));
        text = text.Split("####")[0];
        if (text.Length > 0)
        {
            text = char.ToUpperInvariant(text[0]) + text[1..];
        }

        text = PythonText.Strip(text);
        return Spaced($"{text}{(text.EndsWith('.') ? "" : ".")} So the answer is {answer}.");
    }

    /// <summary>The last number of an answer, without commas between digits; the answer itself where it has none.</summary>
    public static string Number(string answer) => GradeSchoolMathAnswer.Extract(answer);

    /// <summary>Puts a space on both sides of each operator, and then makes double spaces single once.</summary>
    private static string Spaced(string text)
    {
        var result = new StringBuilder(text.Length + 16);
        foreach (var character in text)
        {
            if (!"+-*/=".Contains(character, StringComparison.Ordinal))
            {
                result.Append(character);
                continue;
            }

            if (result.Length > 0 && result[^1] != ' ')
            {
                result.Append(' ');
            }

            result.Append(character).Append(' ');
        }

        return result.Replace("  ", " ").ToString();
    }

    [GeneratedRegex("<<.*?>>", RegexOptions.CultureInvariant)]
    private static partial Regex Calculation { get; }

    [GeneratedRegex(@"[\s\u001C-\u001F]+", RegexOptions.CultureInvariant)]
    private static partial Regex WhiteSpace { get; }
}
