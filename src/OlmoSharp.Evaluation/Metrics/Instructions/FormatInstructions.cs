using System.Text.Json;
using System.Text.RegularExpressions;
using OlmoSharp.Evaluation.Metrics.Answers;

namespace OlmoSharp.Evaluation.Metrics.Instructions;

/// <summary>Instructions about form: lists, sections, titles, quotation marks, endings.</summary>
internal static partial class FormatInstructions
{
    private static readonly string[] Options = ["My answer is yes.", "My answer is no.", "My answer is maybe."];

    /// <summary>How many texts stand in square brackets.</summary>
    public static int CountPlaceholders(string response) => Placeholder.Count(response);

    /// <summary>Whether there is a postscript with the marker, such as <c>P.S.</c> or <c>P.P.S</c>.</summary>
    public static bool HasPostscript(string response, string marker) => (marker.Trim() switch
    {
        "P.P.S" => SecondPostscript,
        "P.S." => Postscript,
        var other => AnswerPattern.Parse(@"(?m)\s*" + other.ToLowerInvariant() + ".*$"),
    }).IsMatch(response.ToLowerInvariant());

    /// <summary>How many lines are points of a list, with <c>*</c> or <c>-</c>.</summary>
    public static int CountBullets(string response) => StarBullet.Count(response) + DashBullet.Count(response);

    /// <summary>Whether one of the three permitted answers occurs.</summary>
    public static bool IsConstrained(string response) => Options.Any(option => response.Contains(option, StringComparison.Ordinal));

    /// <summary>How many texts stand between stars or double stars.</summary>
    public static int CountHighlights(string response) =>
        Highlight.Matches(response).Count(match => PythonText.Strip(match.Value.Trim('*')).Length > 0) +
        DoubleHighlight.Matches(response).Count(match => PythonText.Strip(match.Value[2..^2]).Length > 0);

    /// <summary>How often the name of a section stands before a number.</summary>
    public static int CountSections(string response, string name) => AnswerPattern.Parse(@"\s?" + name.Trim() + @"\s?\d+\s?").Count(response);

    /// <summary>Whether the response is JSON, in a code fence or not.</summary>
    public static bool IsJson(string response)
    {
        var text = PythonText.Strip(response);
        foreach (var fence in new[] { "```json", "```Json", "```JSON", "```" })
        {
            text = text.StartsWith(fence, StringComparison.Ordinal) ? text[fence.Length..] : text;
        }

        text = PythonText.Strip(text.EndsWith("```", StringComparison.Ordinal) ? text[..^3] : text);
        try
        {
            using var _ = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 512 });
            return true;
        }
        catch (JsonException)
        {
            // Python reads these three too, alone; within other values they do not occur in practice.
            return text is "NaN" or "Infinity" or "-Infinity";
        }
    }

    /// <summary>Whether a title stands in double angular brackets.</summary>
    public static bool HasTitle(string response) => Title.Matches(response).Any(match => PythonText.Strip(match.Value.TrimStart('<').TrimEnd('>')).Length > 0);

    /// <summary>Whether there are two different answers between six stars; only the first and last part may be empty.</summary>
    public static bool HasTwoResponses(string response)
    {
        var parts = response.Split("******").Select(PythonText.Strip).ToList();
        var filled = parts.Where(part => part.Length > 0).ToList();
        return parts.Skip(1).SkipLast(1).All(part => part.Length > 0) && filled.Count == 2 && filled[0] != filled[1];
    }

    /// <summary>Whether the response starts with the prompt, case ignored.</summary>
    public static bool Repeats(string response, string prompt) =>
        PythonText.Strip(response).ToLowerInvariant().StartsWith(PythonText.Strip(prompt).ToLowerInvariant(), StringComparison.Ordinal);

    /// <summary>Whether the response ends with a phrase, case and quotation marks around it ignored.</summary>
    public static bool EndsWith(string response, string phrase) =>
        PythonText.Strip(response).Trim('"').ToLowerInvariant().EndsWith(PythonText.Strip(phrase).ToLowerInvariant(), StringComparison.Ordinal);

    /// <summary>Whether the whole response stands in double quotation marks.</summary>
    public static bool IsQuoted(string response) => PythonText.Strip(response) is { Length: > 1 } text && text[0] == '"' && text[^1] == '"';

    [GeneratedRegex(@"\[.*?\]", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder { get; }

    [GeneratedRegex(@"\s*p\.\s?p\.\s?s.*$", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex SecondPostscript { get; }

    [GeneratedRegex(@"\s*p\.\s?s\..*$", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex Postscript { get; }

    [GeneratedRegex(@"^\s*\*[^\*].*$", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex StarBullet { get; }

    [GeneratedRegex(@"^\s*-.*$", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex DashBullet { get; }

    [GeneratedRegex(@"\*[^\n\*]*\*", RegexOptions.CultureInvariant)]
    private static partial Regex Highlight { get; }

    [GeneratedRegex(@"\*\*[^\n\*]*\*\*", RegexOptions.CultureInvariant)]
    private static partial Regex DoubleHighlight { get; }

    [GeneratedRegex(@"<<[^\n]+>>", RegexOptions.CultureInvariant)]
    private static partial Regex Title { get; }
}
