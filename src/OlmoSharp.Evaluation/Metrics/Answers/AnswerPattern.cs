using System.Text.RegularExpressions;

namespace OlmoSharp.Evaluation.Metrics.Answers;

/// <summary>Regular expressions that a task file names.</summary>
internal static class AnswerPattern
{
    // An expression that backtracks without end on one model's answer must not stop the run.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Parses an expression.</summary>
    /// <exception cref="EvaluationException">It is not valid.</exception>
    public static Regex Parse(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant, Limit);
        }
        catch (ArgumentException error)
        {
            throw new EvaluationException($"the expression '{pattern}' is not valid: {error.Message}", error);
        }
    }

    /// <summary>The first group of the last match; null where there is none, or looking for it takes too long.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="text">Where to look.</param>
    public static string? LastGroup(Regex expression, string text)
    {
        try
        {
            return expression.Matches(text).LastOrDefault() is { Groups.Count: > 1 } match ? match.Groups[1].Value : null;
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }
}
