namespace OlmoSharp.Evaluation.Calmqa.Languages;

/// <summary>
/// How log-probabilities become a confidence. Characters in a row are no independent witnesses, so that a text of n characters with mean log-probabilities s counts as
/// softmax(<see cref="Sharpness"/> · n^<see cref="LengthPower"/> · s).
/// </summary>
/// <param name="Sharpness">The factor.</param>
/// <param name="LengthPower">The exponent of the number of characters.</param>
/// <param name="LeastMargin">How far, in nats a word, the best language must be above the mean of all for a text to be of a known one.</param>
public sealed record LanguageCalibration(double Sharpness, double LengthPower, double LeastMargin);
