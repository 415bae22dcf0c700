using OlmoSharp.Data.Taggers.Classification;

namespace OlmoSharp.Evaluation.Metrics.Instructions;

/// <summary>The language of a response: told by its script where a script is of one language, else by Lingua, whose models are loaded when the first response needs them.</summary>
internal static class ResponseLanguage
{
    private static readonly Lazy<LinguaLanguages> Lingua = new(() => new LinguaLanguages(new LinguaSettings()));

    /// <summary>The ISO 639-1 code; null for a text without letters.</summary>
    public static string? Of(string text)
    {
        if (ScriptLanguage.Of(text) is { } language)
        {
            return language;
        }

        if (!text.Any(char.IsLetter))
        {
            return null;
        }

        var confidences = Lingua.Value.Detector.ComputeLanguageConfidenceValues(text);
        var best = Lingua.Value.Languages.Index().MaxBy(item => confidences.GetValueOrDefault(item.Item));
        return confidences.GetValueOrDefault(best.Item) > 0 ? Lingua.Value.Codes[best.Index] : null;
    }
}
