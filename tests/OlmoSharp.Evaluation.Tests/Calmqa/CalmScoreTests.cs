using System.Text.Json;
using OlmoSharp.Evaluation.Calmqa.Dataset;
using OlmoSharp.Evaluation.Calmqa.Languages;
using OlmoSharp.Evaluation.Calmqa.Scoring;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.Calmqa;

public sealed class CalmScoreTests : IDisposable
{
    private const string German = "Das ist eine lange und gute Antwort auf die Frage, und sie wiederholt sich nicht.";
    private const string English = "This is a long and good answer to the question, and it does not repeat itself.";
    private const string Faroese = "Hetta er eitt langt og gott svar upp á spurningin, og tað tekur seg ikki upp aftur.";
    private static readonly string Loop = string.Concat(Enumerable.Repeat(" Das ist eine gute Antwort auf die Frage, und sie wiederholt sich immer wieder, denn das ist ihre Art.", 5));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Made_answers_get_the_scores_they_must_get()
    {
        var german = Made.File(
            Made.Entry(Made.Question("g1", "German", "?"), Made.Answer("a", "German", German, "good"), Made.Answer("b", "German", English, "bad")),
            Made.Entry(Made.Question("g2", "German", "?", "other"), Made.Answer("c", "German", Loop, "good"), Made.Answer("d", "German", "SAFETY", "bad")),
            Made.Entry(Made.Question("g3", "German", "?", "other"), Made.Answer("e", "German", German, "good")));
        var agnostic = Made.File(Made.Entry(Made.Question("n1", "English", "?", null, QuestionTypes.NonCultural, ("Faroese", "?")), Made.Answer("f", "Faroese", Faroese, "good"), Made.Answer("g", "Faroese", "", "bad")));
        var checker = new AnswerChecker(new(LanguageProfiles.Default));
        AnswerCheck[] checks = [.. Check(checker, "g.json", german), .. Check(checker, "n.json", agnostic)];
        AnswerPlace[] missing = [.. AnswerChecker.Missing("g.json", german), .. AnswerChecker.Missing("n.json", agnostic)];
        Assert.Equal([("g.json", "g3", "bad")], missing.Select(place => (place.File, place.Question, place.Model)));

        var report = CalmScoreReport.Of(checks, missing, new("x"));
        // Answers, missing, withheld, repetitive, right language, both.
        Assert.Equal(["bad 3 1 2 0 0 0 0", "good 4 0 0 1 4 3 75"], report.Models.Select(Describe));
        Assert.Equal(["g.json bad 2 1 1 0 0 0 0", "g.json good 3 0 0 1 3 2 66.7", "n.json bad 1 0 1 0 0 0 0", "n.json good 1 0 0 0 1 1 100"], report.Files.Select(Describe));
        Assert.Equal(["Faroese bad 1 0 1 0 0 0 0", "Faroese good 1 0 0 0 1 1 100"], report.Languages.Take(2).Select(Describe));
        Assert.Equal(["(none) bad", "(none) good", "history bad", "history good", "other bad", "other good"], report.Categories.Select(score => $"{score.Group} {score.Model}"));
        Assert.Equal(["agnostic bad 1 0 1 0 0 0 0", "agnostic good 1 0 0 0 1 1 100"], report.Kinds.Take(2).Select(Describe));

        // The standard error of a share of 3 in 4: the root of p(1 - p)/n.
        Assert.Equal(100 * Math.Sqrt(0.75 * 0.25 / 4), report.Models[1].StandardError!.Value, 10);

        var path = _folder.File("scores.json");
        report.Write(path);
        using var json = JsonDocument.Parse(File.ReadAllText(path));
        Assert.Equal(7, json.RootElement.GetProperty("answers").GetArrayLength());
        Assert.Equal(75, json.RootElement.GetProperty("models")[1].GetProperty("score").GetDouble());
        Assert.Equal("o200k_base", json.RootElement.GetProperty("settings").GetProperty("tokenizer").GetString());
    }

    [Fact]
    public void A_language_without_a_profile_is_unchecked_and_never_scored()
    {
        var only = new LanguageProfiles([.. LanguageProfiles.Default.Languages.Where(language => language.Code == "eng").Select(language => language with { Margin = double.NaN })], [], new(1, 0.5));
        var file = Made.File(Made.Entry(Made.Question("q", "Wolof", "?"), Made.Answer("a", "Wolof", "Maa ngi fi rekk.", "m")));
        var check = Assert.Single(Check(new(new(only)), "f", file));
        Assert.Null(check.IsRightLanguage);
        Assert.Null(check.Passes);
        var score = Assert.Single(CalmScoreReport.Of([check], [], new("x")).Models);
        Assert.Equal((1, 1, 0, null), (score.Answers, score.Unchecked, score.Both, score.Score));
    }

    [Fact]
    public void A_language_that_CaLMQA_has_not_is_an_error()
    {
        var file = Made.File(Made.Entry(Made.Question("q", "Klingon", "?"), Made.Answer("a", "Klingon", "nuqneH", "m")));
        Assert.Contains("Klingon", Assert.Throws<EvaluationException>(() => Check(new(new(LanguageProfiles.Default)), "f", file)).Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<AnswerCheck> Check(AnswerChecker checker, string name, CalmqaFile file) => checker.Check(name, file, cancellation: TestContext.Current.CancellationToken);

    private static string Describe(CalmScore score) =>
        FormattableString.Invariant($"{score.Group} {score.Model} {score.Answers} {score.Missing} {score.Withheld} {score.Repetitive} {score.RightLanguage} {score.Both} {score.Score:0.#}").Trim();
}
