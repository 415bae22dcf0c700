namespace OlmoSharp.Evaluation.Metrics.Mathematics;

/// <summary>The boxed answer of a solution in LaTeX.</summary>
internal static class BoxedAnswer
{
    private const string Spaced = @"\boxed ";

    /// <summary>What the last <c>\boxed{…}</c> holds, braces balanced, or what follows the last <c>\boxed␠</c> up to a <c>$</c>; null if there is none or it is not closed.</summary>
    public static string? Last(string text)
    {
        var spaced = text.LastIndexOf(Spaced, StringComparison.Ordinal);
        if (spaced >= 0)
        {
            return text[(spaced + Spaced.Length)..].Split('$')[0];
        }

        var start = text.LastIndexOf(@"\boxed", StringComparison.Ordinal);
        if (start < 0 || start + 6 >= text.Length || text[start + 6] != '{')
        {
            return null;
        }

        var depth = 0;
        for (var i = start + 6; i < text.Length; i++)
        {
            depth += text[i] switch { '{' => 1, '}' => -1, _ => 0 };
            if (depth == 0)
            {
                return text[(start + 7)..i];
            }
        }

        return null;
    }
}
