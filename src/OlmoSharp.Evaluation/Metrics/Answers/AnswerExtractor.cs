using System.Text.RegularExpressions;

namespace OlmoSharp.Evaluation.Metrics.Answers;

/// <summary>Finds the answer in a long response by regular expressions, as OLMES's tasks describe it: an exact format, then templates, then prefixes, then the bare answer.</summary>
internal sealed class AnswerExtractor
{
    private const string Placeholder = "$ANS$";

    /// <summary>An expression for the format that was asked for; its last match is the answer.</summary>
    public string? Format { get; init; }

    /// <summary>Expressions in which <c>$ANS$</c> stands for an answer's expression, best first.</summary>
    public IReadOnlyList<string> Templates { get; init; } = [];

    /// <summary>Expressions after whose match the first answer counts, best first.</summary>
    public IReadOnlyList<string> Prefixes { get; init; } = [];

    /// <summary>Expressions for answers, best first.</summary>
    public required IReadOnlyList<string> Answers { get; init; }

    /// <summary>Whether the last match of a template or prefix counts, not the first.</summary>
    public bool LastPrefix { get; init; } = true;

    /// <summary>Whether the last bare answer counts, not the first.</summary>
    public bool LastAnswer { get; init; } = true;

    /// <summary>The answer, or an empty text.</summary>
    /// <param name="response">The response.</param>
    /// <returns>The answer, and how well the response kept to the format: 1 for the format or the first template or prefix, 0.5 for others, 0.2 and 0.1 for bare answers, 0 for none.</returns>
    public (string Answer, double FormatCorrect) Extract(string response)
    {
        if (Format is not null && AnswerPattern.Parse(Format).Matches(response) is { Count: > 0 } formatted && Value(formatted[^1]) is { Length: > 0 } answer)
        {
            return (answer, 1);
        }

        return FromTemplates(response) ?? FromPrefixes(response) ?? FromAnswers(response) ?? ("", 0);
    }

    private (string, double)? FromTemplates(string response)
    {
        for (var i = 0; i < Templates.Count; i++)
        {
            foreach (var pattern in Answers)
            {
                var matches = AnswerPattern.Parse(Templates[i].Replace(Placeholder, pattern, StringComparison.Ordinal)).Matches(response);
                if (matches.Count > 0 && Value(matches[LastPrefix ? ^1 : 0]) is { Length: > 0 } answer)
                {
                    return (answer, i == 0 ? 1 : 0.5);
                }
            }
        }

        return null;
    }

    private (string, double)? FromPrefixes(string response)
    {
        var any = AnswerPattern.Parse("(" + string.Join('|', Answers) + ")");
        for (var i = 0; i < Prefixes.Count; i++)
        {
            var matches = AnswerPattern.Parse(Prefixes[i]).Matches(response);
            if (matches.Count == 0)
            {
                continue;
            }

            var prefix = matches[LastPrefix ? ^1 : 0];
            var first = any.Match(PythonText.Strip(response[(prefix.Index + prefix.Length)..]).Trim('.'));
            if (first.Success && Value(first) is { Length: > 0 } answer)
            {
                return (answer, i == 0 ? 1 : 0.5);
            }
        }

        return null;
    }

    private (string, double)? FromAnswers(string response)
    {
        for (var i = 0; i < Answers.Count; i++)
        {
            if (AnswerPattern.Parse(Answers[i]).Matches(response) is { Count: > 0 } matches)
            {
                return (Value(matches[LastAnswer ? ^1 : 0]), i == 0 ? 0.2 : 0.1);
            }
        }

        return null;
    }

    // The last group that holds something, or without groups the whole match.
    private static string Value(Match match) =>
        match.Groups.Count == 1 ? match.Value : match.Groups.Values.Skip(1).LastOrDefault(group => group.Length > 0)?.Value ?? "";
}
