using System.Text;
using System.Text.RegularExpressions;

namespace OlmoSharp.Evaluation.Templates;

/// <summary>The final answer of a MATH solution, written as Minerva's evaluation writes answers so that they can be compared.</summary>
/// <remarks>Lewkowycz et al., "Solving Quantitative Reasoning Problems with Language Models", 2022, appendix D; its order of replacements decides the result.</remarks>
internal static partial class MathAnswer
{
    private static readonly (string What, string By)[] Substitutions =
    [
        ("an ", ""), ("a ", ""), (".$", "$"), ("\\$", ""), (@"\ ", ""), (" ", ""), ("mbox", "text"), (",\\text{and}", ","), ("\\text{and}", ","), ("\\text{m}", "\\text{}"),
    ];

    private static readonly string[] Removed =
    [
        "square", "ways", "integers", "dollars", "mph", "inches", "ft", "hours", "km", "units", "\\ldots", "sue", "points", "feet", "minutes", "digits", "cents",
        "degrees", "cm", "gm", "pounds", "meters", "meals", "edges", "students", "childrentickets", "multiples", "\\text{s}", "\\text{.}", "\\text{\ns}",
        "\\text{}^2", "\\text{}^3", "\\text{\n}", "\\text{}", @"\mathrm{th}", @"^\circ", @"^{\circ}", @"\;", @",\!", "{,}", "\"", "\\dots",
    ];

    /// <summary>Takes the last boxed answer out of a solution and normalizes it.</summary>
    /// <exception cref="FormatException">The solution has no boxed answer.</exception>
    public static string Of(string solution) => Normalize(Boxed(solution) ?? throw new FormatException("the solution has no \\boxed answer"));

    /// <summary>What stands in the last <c>\boxed{…}</c> or <c>\fbox{…}</c>; null where there is none that closes.</summary>
    public static string? Boxed(string solution)
    {
        if (solution.LastIndexOf("\\boxed ", StringComparison.Ordinal) is var bare and >= 0)
        {
            return solution[(bare + "\\boxed ".Length)..].Split('$')[0];
        }

        var start = solution.LastIndexOf("\\boxed", StringComparison.Ordinal) is var boxed and >= 0 ? boxed : solution.LastIndexOf("\\fbox", StringComparison.Ordinal);
        if (start < 0 || solution.IndexOf('{', start) is not (var open and >= 0))
        {
            return null;
        }

        var depth = 0;
        for (var i = open; i < solution.Length; i++)
        {
            depth += solution[i] switch { '{' => 1, '}' => -1, _ => 0 };
            if (depth == 0)
            {
                return solution[(open + 1)..i];
            }
        }

        return null;
    }

    /// <summary>Normalizes an answer.</summary>
    public static string Normalize(string answer)
    {
        var text = new StringBuilder(answer[(answer.LastIndexOf('=') + 1)..]);
        foreach (var (what, by) in Substitutions)
        {
            text.Replace(what, by);
        }

        foreach (var what in Removed)
        {
            text.Replace(what, "");
        }

        var result = Dollars.Replace(text.ToString(), "$$$3$$");
        result = Text.Replace(result, "$2");
        result = Bold.Replace(result, "$2");
        result = Overline.Replace(result, "$2");
        result = Box.Replace(result, "$2");
        result = Fraction.Replace(result, "frac{$2}{$3}");
        result = Root.Replace(result, "sqrt{$2}");
        result = result.Replace("$", "", StringComparison.Ordinal);
        var plain = result.Replace(",", "", StringComparison.Ordinal);
        return plain.Length > 0 && plain.All(char.IsDigit) ? plain : result;
    }

    [GeneratedRegex(@"(.*?)(\$)(.*?)(\$)(.*)", RegexOptions.CultureInvariant)]
    private static partial Regex Dollars { get; }

    [GeneratedRegex(@"(\\text\{)(.*?)(\})", RegexOptions.CultureInvariant)]
    private static partial Regex Text { get; }

    [GeneratedRegex(@"(\\textbf\{)(.*?)(\})", RegexOptions.CultureInvariant)]
    private static partial Regex Bold { get; }

    [GeneratedRegex(@"(\\overline\{)(.*?)(\})", RegexOptions.CultureInvariant)]
    private static partial Regex Overline { get; }

    [GeneratedRegex(@"(\\boxed\{)(.*)(\})", RegexOptions.CultureInvariant)]
    private static partial Regex Box { get; }

    [GeneratedRegex(@"(frac)([^{])(.)", RegexOptions.CultureInvariant)]
    private static partial Regex Fraction { get; }

    [GeneratedRegex(@"(sqrt)([^{])", RegexOptions.CultureInvariant)]
    private static partial Regex Root { get; }
}
