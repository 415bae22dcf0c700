using System.Text.RegularExpressions;

namespace OlmoSharp.Evaluation.Metrics.Mathematics;

/// <summary>Answers as Minerva's prompt asks for them, and their normal form (Lewkowycz et al. 2022, appendix D.1).</summary>
internal static partial class MinervaAnswer
{
    /// <summary>What stands for an answer where there is none.</summary>
    public const string Invalid = "[invalidanswer]";

    private static readonly (string Text, string By)[] Substitutions =
    [
        ("an ", ""), ("a ", ""), (".$", "$"), (@"\$", ""), (@"\ ", ""), (" ", ""), ("mbox", "text"), (@",\text{and}", ","), (@"\text{and}", ","), (@"\text{m}", @"\text{}"),
    ];

    private static readonly string[] Removed =
    [
        "square", "ways", "integers", "dollars", "mph", "inches", "ft", "hours", "km", "units", @"\ldots", "sue", "points", "feet", "minutes", "digits", "cents",
        "degrees", "cm", "gm", "pounds", "meters", "meals", "edges", "students", "childrentickets", "multiples", @"\text{s}", @"\text{.}", "\\text{\ns}", @"\text{}^2",
        @"\text{}^3", "\\text{\n}", @"\text{}", @"\mathrm{th}", @"^\circ", @"^{\circ}", @"\;", @",\!", "{,}", "\"", @"\dots",
    ];

    /// <summary>What stands between <c>Final Answer: The final answer is</c> and <c>I hope it is correct.</c> (or the end of the text), or <see cref="Invalid"/>.</summary>
    public static string Extract(string text)
    {
        var match = Sentence.Match(text + "I hope it is correct.");
        return match.Success ? PythonText.Strip(match.Groups[1].Value) : Invalid;
    }

    /// <summary>The normal form: the part after the last <c>=</c>, without units, spaces and text commands, with braces around the arguments of <c>\frac</c> and <c>\sqrt</c>.</summary>
    public static string Normalize(string answer)
    {
        answer = answer.Split('=')[^1];
        foreach (var (text, by) in Substitutions)
        {
            answer = answer.Replace(text, by, StringComparison.Ordinal);
        }

        foreach (var text in Removed)
        {
            answer = answer.Replace(text, "", StringComparison.Ordinal);
        }

        answer = Formula.Replace(answer, "$$$3$$");
        answer = OverlineCommand.Replace(BoldCommand.Replace(TextCommand.Replace(answer, "$2"), "$2"), "$2");
        answer = BoxedCommand.Replace(answer, "$2");
        answer = ShortFraction.Replace(answer, "frac{$2}{$3}");
        answer = ShortRoot.Replace(answer, "sqrt{$2}");
        answer = answer.Replace("$", "", StringComparison.Ordinal);
        var digits = answer.Replace(",", "", StringComparison.Ordinal);
        return digits.Length > 0 && digits.All(char.IsDigit) ? digits : answer;
    }

    // The point before "I" matches any character, as in the published expression.
    [GeneratedRegex("Final Answer: The final answer is(.*?). I hope it is correct.", RegexOptions.CultureInvariant)]
    private static partial Regex Sentence { get; }

    [GeneratedRegex(@"(.*?)(\$)(.*?)(\$)(.*)", RegexOptions.CultureInvariant)]
    private static partial Regex Formula { get; }

    [GeneratedRegex(@"(\\text\{)(.*?)(\})", RegexOptions.CultureInvariant)]
    private static partial Regex TextCommand { get; }

    [GeneratedRegex(@"(\\textbf\{)(.*?)(\})", RegexOptions.CultureInvariant)]
    private static partial Regex BoldCommand { get; }

    [GeneratedRegex(@"(\\overline\{)(.*?)(\})", RegexOptions.CultureInvariant)]
    private static partial Regex OverlineCommand { get; }

    [GeneratedRegex(@"(\\boxed\{)(.*)(\})", RegexOptions.CultureInvariant)]
    private static partial Regex BoxedCommand { get; }

    [GeneratedRegex("(frac)([^{])(.)", RegexOptions.CultureInvariant)]
    private static partial Regex ShortFraction { get; }

    [GeneratedRegex("(sqrt)([^{])", RegexOptions.CultureInvariant)]
    private static partial Regex ShortRoot { get; }
}
