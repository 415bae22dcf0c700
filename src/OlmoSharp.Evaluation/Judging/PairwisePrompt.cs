using OlmoSharp.Data.Configuration;
using OlmoSharp.Evaluation.Metrics.Answers;

namespace OlmoSharp.Evaluation.Judging;

/// <summary>How a judge is asked which of two answers is better: a file that the user may replace.</summary>
public sealed record PairwisePrompt
{
    private const string Own = "judges/pairwise.yaml";
    private static readonly string[] Names = ["instruction", "first", "second"];

    /// <summary>The system's message; empty for none.</summary>
    public string System { get; init; } = "";

    /// <summary>The user's message, with <c>{instruction}</c>, <c>{first}</c> and <c>{second}</c>.</summary>
    public required string User { get; init; }

    /// <summary>A regular expression whose last match's first group is the verdict. A reply that is nothing but a verdict counts too.</summary>
    public required string Verdict { get; init; }

    /// <summary>The verdicts for the first answer.</summary>
    [OneOrMany]
    public required IReadOnlyList<string> First { get; init; }

    /// <summary>The verdicts for the second answer.</summary>
    [OneOrMany]
    public required IReadOnlyList<string> Second { get; init; }

    /// <summary>The verdicts for neither.</summary>
    [OneOrMany]
    public IReadOnlyList<string> Tie { get; init; } = [];

    /// <summary>Reads a prompt.</summary>
    /// <param name="path">The file; null for the library's own.</param>
    /// <exception cref="ConfigException">It has unknown keys or wrong values.</exception>
    /// <exception cref="EvaluationException">The message does not show what is to be judged, or the expression is not valid.</exception>
    public static PairwisePrompt Load(string? path)
    {
        var prompt = JudgeText.Read<PairwisePrompt>(path, Own);
        JudgeText.Check(prompt.System, path ?? Own, "system", Names);
        JudgeText.Check(prompt.User, path ?? Own, "user", Names, Names);
        _ = AnswerPattern.Parse(prompt.Verdict);
        return prompt;
    }

    /// <summary>The messages.</summary>
    internal (string System, string User) Messages(string instruction, string first, string second)
    {
        var values = new Dictionary<string, string> { ["instruction"] = instruction, ["first"] = first, ["second"] = second };
        return (JudgeText.Fill(System, values), JudgeText.Fill(User, values));
    }

    /// <summary>The preference for the first answer in a reply, from 0 to 1; null if it has none.</summary>
    internal double? Read(string reply)
    {
        var verdict = AnswerPattern.LastGroup(AnswerPattern.Parse(Verdict), reply) ?? reply.Trim().TrimEnd('.');
        return First.Contains(verdict) ? 1 : Second.Contains(verdict) ? 0 : Tie.Contains(verdict) ? 0.5 : null;
    }
}
