using System.Globalization;
using System.Text.RegularExpressions;

namespace OlmoSharp.Evaluation.Metrics.Judging;

/// <summary>Asks a judge model for a grade of one answer by a rubric.</summary>
/// <param name="chat">The judge.</param>
/// <param name="rubric">What to look at and what each grade means.</param>
/// <param name="lowest">The lowest grade.</param>
/// <param name="highest">The highest grade.</param>
internal sealed partial class RubricJudge(JudgeChat chat, string rubric, int lowest = 1, int highest = 10)
{
    /// <summary>Grades an answer.</summary>
    /// <param name="instruction">The instruction.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="reference">A right answer to compare with, if there is one.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The grade, or null if the reply holds none between the lowest and the highest, and the reply.</returns>
    public async Task<(double? Grade, string Reply)> GradeAsync(string instruction, string answer, string? reference = null, CancellationToken cancellationToken = default)
    {
        var reply = await chat($"You grade answers from {lowest} to {highest} by a rubric.", Prompt(instruction, answer, reference), cancellationToken).ConfigureAwait(false);
        return (Read(reply), reply);
    }

    /// <summary>The grade in a reply: the last number in double brackets, if it is a grade.</summary>
    internal double? Read(string reply) =>
        Bracketed.Matches(reply).LastOrDefault() is { } match && double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) is var grade && grade >= lowest && grade <= highest
            ? grade
            : null;

    private string Prompt(string instruction, string answer, string? reference) => $"""
        # Rubric
        {rubric}

        # Instruction
        {instruction}
        {(reference is null ? "" : $"\n# Reference answer\n{reference}\n")}
        # Answer to grade
        {answer}

        # Grade
        Explain briefly, then end with the grade from {lowest} to {highest} in double brackets, such as [[{highest}]].
        """;

    [GeneratedRegex(@"\[\[\s*(\d+(?:\.\d+)?)\s*\]\]", RegexOptions.CultureInvariant)]
    private static partial Regex Bracketed { get; }
}
