using System.Text.Json;
using OlmoSharp.Evaluation.Metrics.Instructions.Bench;

namespace OlmoSharp.Evaluation.Metrics.Instructions;

/// <summary>The kinds of instructions that a program can check: the 25 of IFEval (Zhou et al. 2023), and those of IFBench.</summary>
internal static class InstructionRegistry
{
    /// <summary>A check of a response.</summary>
    /// <param name="response">The response, not blank.</param>
    /// <param name="arguments">The instruction's arguments.</param>
    /// <param name="languageOf">The ISO 639-1 code of a text's language, or null if it cannot be told.</param>
    internal delegate bool Check(string response, InstructionArguments arguments, Func<string, string?> languageOf);

    private static readonly Dictionary<string, Check> Checks = new(StringComparer.Ordinal)
    {
        ["keywords:existence"] = (response, arguments, _) => WordInstructions.HasAll(response, arguments.Texts("keywords")),
        ["keywords:frequency"] = (response, arguments, _) => arguments.Holds(WordInstructions.CountOf(response, arguments.Text("keyword")), "relation", "frequency"),
        ["keywords:forbidden_words"] = (response, arguments, _) => WordInstructions.HasNone(response, arguments.Texts("forbidden_words")),
        ["keywords:letter_frequency"] = (response, arguments, _) =>
            arguments.Holds(WordInstructions.CountLetter(response, arguments.Text("letter")), "let_relation", "let_frequency"),
        ["language:response_language"] = (response, arguments, languageOf) => languageOf(response) is not { } language || language == arguments.Text("language"),
        ["length_constraints:number_sentences"] = (response, arguments, _) => arguments.Holds(EnglishSentences.Count(response), "relation", "num_sentences"),
        ["length_constraints:number_paragraphs"] = (response, arguments, _) => LengthInstructions.HasParagraphs(response, arguments.Count("num_paragraphs")),
        ["length_constraints:number_words"] = (response, arguments, _) => arguments.Holds(LengthInstructions.CountWords(response), "relation", "num_words"),
        ["length_constraints:nth_paragraph_first_word"] = (response, arguments, _) =>
            LengthInstructions.ParagraphStartsWith(response, arguments.Count("num_paragraphs"), arguments.Count("nth_paragraph"), arguments.Text("first_word")),
        ["detectable_content:number_placeholders"] = (response, arguments, _) => FormatInstructions.CountPlaceholders(response) >= arguments.Count("num_placeholders"),
        ["detectable_content:postscript"] = (response, arguments, _) => FormatInstructions.HasPostscript(response, arguments.Text("postscript_marker")),
        ["detectable_format:number_bullet_lists"] = (response, arguments, _) => FormatInstructions.CountBullets(response) == arguments.Count("num_bullets"),
        ["detectable_format:constrained_response"] = (response, _, _) => FormatInstructions.IsConstrained(response),
        ["detectable_format:number_highlighted_sections"] = (response, arguments, _) => FormatInstructions.CountHighlights(response) >= arguments.Count("num_highlights"),
        ["detectable_format:multiple_sections"] = (response, arguments, _) =>
            FormatInstructions.CountSections(response, arguments.Text("section_spliter")) >= arguments.Count("num_sections"),
        ["detectable_format:json_format"] = (response, _, _) => FormatInstructions.IsJson(response),
        ["detectable_format:title"] = (response, _, _) => FormatInstructions.HasTitle(response),
        ["combination:two_responses"] = (response, _, _) => FormatInstructions.HasTwoResponses(response),
        ["combination:repeat_prompt"] = (response, arguments, _) => FormatInstructions.Repeats(response, arguments.Text("prompt_to_repeat")),
        ["startend:end_checker"] = (response, arguments, _) => FormatInstructions.EndsWith(response, arguments.Text("end_phrase")),
        ["startend:quotation"] = (response, _, _) => FormatInstructions.IsQuoted(response),
        ["change_case:capital_word_frequency"] = (response, arguments, _) =>
            arguments.Holds(CaseInstructions.CountCapitalWords(response), "capital_relation", "capital_frequency"),
        ["change_case:english_capital"] = (response, _, languageOf) => CaseInstructions.IsUpper(response) && (languageOf(response) is null or "en"),
        ["change_case:english_lowercase"] = (response, _, languageOf) => CaseInstructions.IsLower(response) && (languageOf(response) is null or "en"),
        ["punctuation:no_comma"] = (response, _, _) => !response.Contains(',', StringComparison.Ordinal),
    };

    /// <summary>The names of IFEval's.</summary>
    public static IReadOnlyCollection<string> Names => Checks.Keys;

    /// <summary>Whether a response follows an instruction; a blank one follows none.</summary>
    /// <param name="instruction">The instruction's name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="response">The response.</param>
    /// <param name="languageOf">Identifies the language of a text; where it returns null, instructions about language count as followed.</param>
    /// <exception cref="EvaluationException">There is no such instruction, or its arguments do not fit.</exception>
    public static bool IsFollowed(string instruction, JsonElement arguments, string response, Func<string, string?> languageOf) =>
        !Checks.TryGetValue(instruction, out var check) && !BenchRegistry.Checks.TryGetValue(instruction, out check)
            ? throw new EvaluationException($"there is no instruction '{instruction}': the kinds are {string.Join(", ", Checks.Keys.Concat(BenchRegistry.Checks.Keys).Order(StringComparer.Ordinal))}")
            : PythonText.Strip(response).Length > 0 && check(response, new InstructionArguments(instruction, arguments), languageOf);
}
