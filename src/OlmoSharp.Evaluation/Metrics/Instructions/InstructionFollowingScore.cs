using System.Text.Json;

namespace OlmoSharp.Evaluation.Metrics.Instructions;

/// <summary>How a response followed its instructions (IFEval, Zhou et al. 2023).</summary>
/// <param name="Strict">For each instruction, whether the response as it is follows it.</param>
/// <param name="Loose">For each instruction, whether the response or one of its variants does: without its first line, its last, or both, each with and without stars.</param>
internal sealed record InstructionFollowingScore(IReadOnlyList<bool> Strict, IReadOnlyList<bool> Loose)
{
    /// <summary>Scores a response.</summary>
    /// <param name="instructions">The instructions' names.</param>
    /// <param name="arguments">The arguments of each.</param>
    /// <param name="response">The response.</param>
    /// <param name="languageOf">The ISO 639-1 code of a text's language, or null if it cannot be told. <see cref="ScriptLanguage"/> knows those that their script tells.</param>
    /// <exception cref="EvaluationException">An instruction is not known, or its arguments do not fit.</exception>
    public static InstructionFollowingScore Of(
        IReadOnlyList<string> instructions, IReadOnlyList<JsonElement> arguments, string response, Func<string, string?> languageOf)
    {
        if (instructions.Count != arguments.Count || instructions.Count == 0)
        {
            throw new EvaluationException($"{instructions.Count} instructions with {arguments.Count} arguments: check the data");
        }

        var lines = response.Split('\n');
        string[] cut = [response, Join(lines[1..]), Join(lines[..^1]), Join(lines.Length > 1 ? lines[1..^1] : [])];
        string[] variants = [.. cut.SelectMany(text => new[] { text, text.Replace("*", "", StringComparison.Ordinal) }).Distinct(StringComparer.Ordinal)];
        var strict = instructions.Zip(arguments, (name, values) => InstructionRegistry.IsFollowed(name, values, response, languageOf)).ToList();
        var loose = instructions.Zip(arguments, (name, values) => variants.Any(text => InstructionRegistry.IsFollowed(name, values, text, languageOf))).ToList();
        return new InstructionFollowingScore(strict, loose);
    }

    /// <summary>The values of a prompt by OLMES's names; those of instructions are means over its instructions, which <see cref="Average"/> does not average.</summary>
    public IReadOnlyDictionary<string, double> Values() => Average([this]);

    /// <summary>The values over prompts: the share of prompts of which all instructions are followed, and the share of all instructions that are.</summary>
    /// <exception cref="EvaluationException">There are no prompts.</exception>
    public static IReadOnlyDictionary<string, double> Average(IReadOnlyCollection<InstructionFollowingScore> scores) =>
        scores.Count == 0
            ? throw new EvaluationException("there is nothing to average: no instance was scored")
            : new Dictionary<string, double>(StringComparer.Ordinal)
            {
                ["prompt_level_strict_acc"] = scores.Average(score => score.Strict.All(followed => followed) ? 1.0 : 0.0),
                ["inst_level_strict_acc"] = scores.SelectMany(score => score.Strict).Average(followed => followed ? 1.0 : 0.0),
                ["prompt_level_loose_acc"] = scores.Average(score => score.Loose.All(followed => followed) ? 1.0 : 0.0),
                ["inst_level_loose_acc"] = scores.SelectMany(score => score.Loose).Average(followed => followed ? 1.0 : 0.0),
            };

    private static string Join(string[] lines) => PythonText.Strip(string.Join('\n', lines));
}
