using System.Text.Json.Nodes;
using OlmoSharp.Evaluation.Calmqa.Dataset;

namespace OlmoSharp.Evaluation.Tests.Calmqa;

/// <summary>Small data of the dataset's shape.</summary>
internal static class Made
{
    public static CalmqaQuestion Question(string name, string language, string text, string? category = "history", QuestionTypes type = QuestionTypes.Cultural | QuestionTypes.LongForm, params (string Language, string Text)[] more) => new()
    {
        Name = name,
        Type = type,
        Source = "made",
        Collector = "a test",
        Language = language,
        Translations = more.Prepend((language, text)).ToDictionary(pair => pair.Item1, pair => new CalmqaText { Language = pair.Item1, Text = pair.Item2 }),
        HumanEvaluated = false,
        Category = category,
    };

    public static CalmqaAnswer Answer(string name, string language, string text, string model) => new()
    {
        Name = name,
        Language = language,
        Translations = new Dictionary<string, CalmqaText> { [language] = new() { Language = language, Text = text } },
        PromptingState = new(new JsonObject { ["prompt"] = "?", ["model_name"] = model, ["max_output_tokens"] = 2048, ["other_state"] = new JsonObject() }),
    };

    public static CalmqaFile File(params CalmqaEntry[] entries) => new() { Entries = entries };

    public static CalmqaEntry Entry(CalmqaQuestion question, params CalmqaAnswer[] answers) => new() { Question = question, Answers = answers };
}
