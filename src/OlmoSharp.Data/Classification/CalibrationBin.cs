namespace OlmoSharp.Data.Classification;

/// <summary>Texts whose best score lies in a range.</summary>
/// <param name="Low">Its lowest score.</param>
/// <param name="High">Where it ends.</param>
/// <param name="Texts">How many texts there are.</param>
/// <param name="MeanScore">The mean of their best scores.</param>
/// <param name="Accuracy">The share of them whose best label is right; where scores mean what they say it is close to <paramref name="MeanScore"/>.</param>
public sealed record CalibrationBin(double Low, double High, long Texts, double MeanScore, double Accuracy);
