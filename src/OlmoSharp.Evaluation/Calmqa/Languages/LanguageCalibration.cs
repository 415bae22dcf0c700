namespace OlmoSharp.Evaluation.Calmqa.Languages;

/// <summary>
/// How log-probabilities become a confidence. Characters in a row are no independent witnesses, so that a text of n characters with mean log-probabilities s counts as
/// softmax(<see cref="Sharpness"/> · n^<see cref="LengthPower"/> · s).
/// </summary>
/// <param name="Sharpness">The factor.</param>
/// <param name="LengthPower">The exponent of the number of characters.</param>
public sealed record LanguageCalibration(double Sharpness, double LengthPower);
