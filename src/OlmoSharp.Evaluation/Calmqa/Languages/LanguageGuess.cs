namespace OlmoSharp.Evaluation.Calmqa.Languages;

/// <summary>What language a text is in.</summary>
/// <param name="Code">The ISO 639-3 code of the most likely language; <see cref="Unknown"/> where no known language is likely.</param>
/// <param name="Name">Its English name, or what the text has instead of one.</param>
/// <param name="Confidence">How likely that is right, 0 to 1.</param>
/// <param name="System">What most of it is written in.</param>
/// <param name="Nearest">The language that is nearest, where none is likely; null elsewhere.</param>
public sealed record LanguageGuess(string Code, string Name, double Confidence, WritingSystem System, string? Nearest = null)
{
    /// <summary>ISO 639's code for a language that is not determined.</summary>
    public const string Unknown = "und";
}
