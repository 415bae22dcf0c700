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
    /// <summary>How many instructions a prompt has.</summary>
    public const string InstructionCount = "num_instructions";

    /// <summary>How many of them the response follows as it is.</summary>
    public const string StrictCount = "num_followed_strictly";

    /// <summary>How many of them the response or one of its variants follows.</summary>
    public const string LooseCount = "num_followed_loosely";

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
                var unsigned = spec.Compat.Contains(Compatibility.UnsignedIntegers);
                var number = GradeSchoolMathAnswer.Extract(text, unsigned);
                return (Exact(ExactMatch.GradeSchoolMath.MatchesAny(number, unsigned ? Texts(document) : [GradeSchoolMathAnswer.SignedGold(document.Row.Text("answer"))])), number);
            case AnswerScoring.Math:
                var score = MathScore.Of(text, Texts(document)[0]);
                return (score.Values(), score.Answer);
            case AnswerScoring.BigBenchHard:
                var answer = BigBenchHardAnswer.Extract(spec.Subset, text, spec.Compat.Contains(Compatibility.NoLoneLetters));
                return (Exact(BigBenchHardAnswer.Metric(spec.Subset).MatchesAny(answer, Texts(document))), answer);
            case AnswerScoring.AnswerSentence:
                var sentence = BigBenchHardAnswer.Sentence(text);
                return (Exact(BigBenchHardAnswer.Metric(spec.Subset).MatchesAny(sentence, Texts(document))), sentence);
            case AnswerScoring.AnswerLetter:
                var letter = AnswerLetter.Extract(text, spec.Task.StartsWith("mmlu_pro", StringComparison.Ordinal) ? 10 : 4);
                return (Exact(letter.Length == 1 && DocumentValues.Labels.IndexOf(letter[0], StringComparison.Ordinal) == document.Gold), letter);
            case AnswerScoring.Alias:
                return (Exact(AliasMatch.Contains(text, Aliases(document))), null);
            case AnswerScoring.Instructions:
                return (Instructions(document, text), null);
            default:
                throw new EvaluationException($"{spec.Name}: its scoring is {spec.Scoring}, which is not for generated texts");
        }
    }

    /// <summary>Whether two answers that were read are the same for a majority vote; null for a scoring that reads none.</summary>
    /// <param name="spec">The task.</param>
    public static Func<string, string, bool>? SameAnswer(TaskSpec spec) => spec.Scoring switch
    {
        AnswerScoring.GradeSchoolMath => ExactMatch.GradeSchoolMath.Matches,
        AnswerScoring.Math => MathScore.AreSame,
        AnswerScoring.AnswerLetter => string.Equals,
        AnswerScoring.BigBenchHard or AnswerScoring.AnswerSentence => BigBenchHardAnswer.Metric(spec.Subset).Matches,
        _ => null,
    };

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

    /// <summary>Of the instructions how many are followed is kept in numbers: their share over all prompts is no mean of shares.</summary>
    private static Dictionary<string, double> Instructions(EvaluationDocument document, string text)
    {
        var names = document.Row.Texts("instruction_id_list");
        var arguments = document.Row.Field("kwargs");
        if (arguments.ValueKind != JsonValueKind.Array)
        {
            throw document.Row.Problem("\"kwargs\" is no list");
        }

        var score = InstructionFollowingScore.Of(names, [.. arguments.EnumerateArray()], text, ResponseLanguage.Of);
        var values = score.Values().Where(value => value.Key.StartsWith("prompt_level_", StringComparison.Ordinal)).ToDictionary();
        values[InstructionCount] = names.Count;
        values[StrictCount] = score.Strict.Count(followed => followed);
        values[LooseCount] = score.Loose.Count(followed => followed);
        return values;
    }
}
