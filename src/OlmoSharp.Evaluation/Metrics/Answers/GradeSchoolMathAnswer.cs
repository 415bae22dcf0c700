using System.Text.RegularExpressions;

namespace OlmoSharp.Evaluation.Metrics.Answers;

/// <summary>The number that an answer to a GSM8K problem ends with.</summary>
internal static partial class GradeSchoolMathAnswer
{
    /// <summary>The last number, commas between digits dropped, or the whole text if it has none.</summary>
    /// <param name="text">The generated solution, or the gold answer.</param>
    /// <param name="compat">
    /// Whether to read numbers as OLMES does, whose expression <c>[-+]?\d*\.\d+|\d+</c> takes the sign of decimals only: <c>-5</c> gives <c>5</c>,
    /// so that a wrong sign is a right answer. Published scores are made so. Without it, integers keep their sign, also before <c>$</c>,
    /// but a minus after a digit, a letter or a bracket (<c>10-3</c>) is an operator.
    /// </param>
    public static string Extract(string text, bool compat = true)
    {
        var plain = CommaInNumber.Replace(text, "$1$2");
        var match = (compat ? UnsignedIntegers : SignedNumbers).Matches(plain).LastOrDefault();
        return match is null ? plain : compat ? match.Value : (match.Groups["sign"].Value is "-" or "\u2212" ? "-" : "") + match.Groups["number"].Value;
    }

    /// <summary>The answer of a solution of the dataset, what stands after <c>####</c>, with its sign.</summary>
    /// <param name="solution">The dataset's solution.</param>
    public static string SignedGold(string solution) => Extract(PythonText.Strip(solution.Split("####")[^1]), compat: false);

    [GeneratedRegex(@"(\d),(\d)", RegexOptions.CultureInvariant)]
    private static partial Regex CommaInNumber { get; }

    [GeneratedRegex(@"[-+]?\d*\.\d+|\d+", RegexOptions.CultureInvariant)]
    private static partial Regex UnsignedIntegers { get; }

    [GeneratedRegex(@"(?:(?<![\p{L}\p{N}_)\]}])(?<sign>[-+\u2212])\$?)?(?<number>\d*\.\d+|\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex SignedNumbers { get; }
}
