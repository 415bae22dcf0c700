namespace OlmoSharp.Evaluation.Calmqa.Languages;

/// <summary>How well a language is found in texts of known language.</summary>
/// <param name="Texts">Texts of the language.</param>
/// <param name="Recall">The share of them that is found to be of it.</param>
/// <param name="Precision">Of what is found to be of it, the share that is, as if there were equally much text of each language; not a number where nothing is.</param>
public sealed record LanguageQuality(int Texts, double Recall, double Precision);
