using System.Text.RegularExpressions;

namespace OlmoSharp.Evaluation.Metrics.Mathematics;

/// <summary>LaTeX mathematics in tokens: numbers, letters, commands and signs.</summary>
internal static partial class LatexTokens
{
    // Spacing and sizes, which mean nothing.
    private static readonly HashSet<string> Ignored =
    [
        @"\left", @"\right", @"\big", @"\Big", @"\bigl", @"\bigr", @"\displaystyle", @"\quad", @"\qquad", @"\limits", @"\!", @"\,", @"\;", @"\:", @"\ ", @"\>", "~", "$", @"\$", @"\%", "%",
        @"\(", @"\)", @"\[", @"\]",
    ];

    // What no value ends with.
    private static readonly HashSet<string> CannotEnd = [",", ";", "(", "[", @"\{", "{", "=", @"\cup", @"\in", "+", "-", "*", "/", "^"];

    /// <summary>The tokens, or null if a character has no meaning here or there are too many.</summary>
    /// <param name="text">The text.</param>
    /// <param name="maximum">How many tokens there may be.</param>
    public static List<string>? Of(string text, int maximum)
    {
        var tokens = new List<string>();
        var depth = 0;
        text = text.TrimEnd('.', ' ');
        for (var i = 0; i < text.Length;)
        {
            if (PythonText.IsSpace(text[i]))
            {
                i++;
                continue;
            }

            // Commas between groups of three digits belong to the number, except within brackets, where they may part elements.
            var match = depth == 0 && Grouped.Match(text, i) is { Success: true } grouped ? grouped : Token.Match(text, i);
            if (!match.Success || tokens.Count == maximum)
            {
                return null;
            }

            i += match.Length;
            var token = Synonym(match.Groups["text"].Success ? "\"" + PythonText.Strip(match.Groups["text"].Value) : match.Value);
            if (match.Value == @"\le" && (tokens.Count == 0 || CannotEnd.Contains(tokens[^1])))
            {
                // Nothing stands before it to be compared: what Minerva's normal form, to which "ft" is a unit, leaves of \left.
                continue;
            }

            depth += token switch { "(" or "[" or @"\{" => 1, ")" or "]" or @"\}" => -1, _ => 0 };
            if (!Ignored.Contains(token))
            {
                tokens.Add(char.IsAsciiDigit(token[0]) ? token.Replace(",", "", StringComparison.Ordinal) : token);
            }
        }

        return tokens;
    }

    private static string Synonym(string token) => token switch
    {
        @"\cdot" or @"\times" or @"\ast" or "·" or "×" or "∗" => "*",
        @"\div" or "÷" => "/",
        "−" or "–" => "-",
        // Minerva's normal form loses a backslash of a row break before a space.
        @"\" => @"\\",
        @"\lbrace" => @"\{",
        @"\rbrace" => @"\}",
        @"\vert" or @"\lvert" or @"\rvert" or @"\mid" => "|",
        @"\lparen" => "(",
        @"\rparen" => ")",
        @"\dfrac" or @"\tfrac" or @"\cfrac" => @"\frac",
        @"\dbinom" or @"\tbinom" => @"\binom",
        @"\le" or @"\leqslant" or "≤" => @"\leq",
        @"\ge" or @"\geqslant" or "≥" => @"\geq",
        @"\ne" or "≠" => @"\neq",
        @"\lt" => "<",
        @"\gt" => ">",
        @"\langle" => "(",
        @"\rangle" => ")",
        "π" => @"\pi",
        "∞" => @"\infty",
        "∪" => @"\cup",
        "±" => @"\pm",
        "√" => @"\sqrt",
        _ => token,
    };

    [GeneratedRegex(@"\G\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])", RegexOptions.CultureInvariant)]
    private static partial Regex Grouped { get; }

    [GeneratedRegex(
        @"\G(?:\\(?=[-\d])|\\(?:text|mbox|textbf|textit|mathrm|operatorname)\s*\{(?<text>[^{}]*)\}|\d+(?:\.\d+)?|\.\d+|\\[A-Za-z]+|\\.|[A-Za-zα-ωΑ-Ω∞∪±√]|[-+*/^_{}()\[\]|!,=<>&:;'%~$·×∗÷−–≤≥≠])",
        RegexOptions.CultureInvariant)]
    private static partial Regex Token { get; }
}
