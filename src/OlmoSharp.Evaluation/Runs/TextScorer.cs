using System.Text.Json;
using OlmoSharp.Evaluation.Documents;
using OlmoSharp.Evaluation.Metrics.Answers;
using OlmoSharp.Evaluation.Metrics.Instructions;
using OlmoSharp.Evaluation.Metrics.Mathematics;
using OlmoSharp.Evaluation.Tasks;

namespace OlmoSharp.Evaluation.Runs;

/// <summary>Scores a generated text against what its document expects, without running anything.</summary>
internal static class TextScorer
{
    /// <summary>The values by metric, and what was read from the text; null for nothing but the text itself.</summary>
    /// <param name="spec">The task.</param>
    /// <param name="document">The document.</param>
    /// <param name="text">The generated text, up to the stop text.</param>
    /// <exception cref="EvaluationException">The document's label does not fit the scoring.</exception>
    public static (IReadOnlyDictionary<string, double> Values, string? Extracted) Score(TaskSpec spec, EvaluationDocument document, string text)
    {
        switch (spec.Scoring)
        {
            case AnswerScoring.Squad:
                return (SquadMatch.Score(Text(text), Texts(document)).Values(), null);
            case AnswerScoring.Drop:
                return (DropMatch.ScoreBest([Text(text)], Spans(document)).Values(), null);
            case AnswerScoring.GradeSchoolMath:
                var number = GradeSchoolMathAnswer.Extract(text);
                return (Exact(ExactMatch.GradeSchoolMath.MatchesAny(number, Texts(document))), number);
            case AnswerScoring.Math:
                var score = MathScore.Of(text, Texts(document)[0]);
                return (score.Values(), score.Answer);
            case AnswerScoring.BigBenchHard:
                var answer = BigBenchHardAnswer.Extract(spec.Subset, text);
                return (Exact(BigBenchHardAnswer.Metric(spec.Subset).MatchesAny(answer, Texts(document))), answer);
            case AnswerScoring.Alias:
                return (Exact(AliasMatch.Contains(text, Aliases(document))), null);
            case AnswerScoring.Instructions:
                return (Instructions(document, text), null);
            default:
                throw new EvaluationException($"{spec.Name}: its scoring is {spec.Scoring}, which is not for generated texts");
        }
    }

    private static Dictionary<string, double> Exact(bool matches) => new() { ["exact_match"] = matches ? 1 : 0 };

    private static string Text(string text) => PythonText.Strip(text);

    private static JsonElement Label(EvaluationDocument document) => document.Label ?? throw document.Row.Problem("it has nothing to compare an answer with");

    /// <summary>The references: a text, a number, or a list of them.</summary>
    private static List<string> Texts(EvaluationDocument document) => Label(document) is { ValueKind: JsonValueKind.Array } list
        ? [.. list.EnumerateArray().Select(item => item.ToString())]
        : [Label(document).ToString()];

    /// <summary>References of one span or several each.</summary>
    private static List<IReadOnlyList<string>> Spans(EvaluationDocument document) => Label(document) is { ValueKind: JsonValueKind.Array } list
        ? [.. list.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Array ? item.EnumerateArray().Select(span => span.ToString()).ToList() : (IReadOnlyList<string>)[item.ToString()])]
        : [[Label(document).ToString()]];

    /// <summary>Aliases; PopQA has them as a list, or as JSON within a text.</summary>
    private static List<string> Aliases(EvaluationDocument document)
    {
        if (Label(document) is { ValueKind: JsonValueKind.String } text && text.GetString()!.StartsWith('['))
        {
            try
            {
                return JsonSerializer.Deserialize<List<string>>(text.GetString()!)!;
            }
            catch (JsonException error)
            {
                throw document.Row.Problem($"its aliases are no list of texts ({error.Message})");
            }
        }

        return Texts(document);
    }

    private static IReadOnlyDictionary<string, double> Instructions(EvaluationDocument document, string text)
    {
        var names = document.Row.Texts("instruction_id_list");
        var arguments = document.Row.Field("kwargs");
        return arguments.ValueKind == JsonValueKind.Array
            ? InstructionFollowingScore.Of(names, [.. arguments.EnumerateArray()], text, ScriptLanguage.Of).Values()
            : throw document.Row.Problem("\"kwargs\" is no list");
    }
}
