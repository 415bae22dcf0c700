using System.Globalization;
using OlmoSharp.Data.Configuration;
using OlmoSharp.Evaluation.Metrics.Answers;

namespace OlmoSharp.Evaluation.Judging;

/// <summary>How a judge is asked to grade an answer by criteria: a file that the user may replace.</summary>
public sealed record RubricPrompt
{
    private const string Own = "judges/rubric.yaml";
    private static readonly string[] Names = ["instruction", "answer", "criterion", "description", "lowest", "highest"];

    /// <summary>The system's message; empty for none.</summary>
    public string System { get; init; } = "";

    /// <summary>The user's message, with <c>{instruction}</c>, <c>{answer}</c>, <c>{criterion}</c>, <c>{description}</c>, <c>{lowest}</c> and <c>{highest}</c>.</summary>
    public required string User { get; init; }

    /// <summary>A regular expression whose last match's first group is the grade.</summary>
    public required string Grade { get; init; }

    /// <summary>The worst grade.</summary>
    public double Lowest { get; init; } = 1;

    /// <summary>The best grade.</summary>
    public double Highest { get; init; } = 10;

    /// <summary>What is graded: a name, and what to look at.</summary>
    public required IReadOnlyDictionary<string, string> Criteria { get; init; }

    /// <summary>Reads a rubric.</summary>
    /// <param name="path">The file; null for the library's own.</param>
    /// <exception cref="ConfigException">It has unknown keys or wrong values.</exception>
    /// <exception cref="EvaluationException">It has no criteria or no scale, or the message does not show what is to be judged.</exception>
    public static RubricPrompt Load(string? path)
    {
        var prompt = JudgeText.Read<RubricPrompt>(path, Own);
        var source = path ?? Own;
        JudgeText.Check(prompt.System, source, "system", Names);
        JudgeText.Check(prompt.User, source, "user", Names, "instruction", "answer", "description");
        _ = AnswerPattern.Parse(prompt.Grade);
        return prompt switch
        {
            { Criteria.Count: 0 } => throw new EvaluationException($"{source}: criteria are missing; name at least one"),
            _ when !(prompt.Lowest < prompt.Highest) => throw new EvaluationException($"{source}: lowest is {prompt.Lowest} and highest {prompt.Highest}, which is no scale"),
            _ when prompt.Criteria.ContainsKey(JudgeResult.GradeMetric) => throw new EvaluationException($"{source}: \"{JudgeResult.GradeMetric}\" is the name of the mean of all criteria; call the criterion something else"),
            _ => prompt,
        };
    }

    /// <summary>The messages.</summary>
    internal (string System, string User) Messages(string instruction, string answer, string criterion)
    {
        var values = new Dictionary<string, string>
        {
            ["instruction"] = instruction,
            ["answer"] = answer,
            ["criterion"] = criterion,
            ["description"] = Criteria[criterion],
            ["lowest"] = Lowest.ToString(CultureInfo.InvariantCulture),
            ["highest"] = Highest.ToString(CultureInfo.InvariantCulture),
        };
        return (JudgeText.Fill(System, values), JudgeText.Fill(User, values));
    }

    /// <summary>The grade in a reply; null if it has none on the scale.</summary>
    internal double? Read(string reply) =>
        AnswerPattern.LastGroup(AnswerPattern.Parse(Grade), reply) is { } found
            && double.TryParse(found, NumberStyles.Float, CultureInfo.InvariantCulture, out var grade) && grade >= Lowest && grade <= Highest
            ? grade
            : null;
}
