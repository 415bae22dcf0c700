namespace OlmoSharp.Data.Classification;

/// <summary>What training gave.</summary>
/// <param name="Model">The model.</param>
/// <param name="Texts">How many texts it learned from.</param>
/// <param name="Words">How many words these have, the end of each included.</param>
/// <param name="EpochLosses">The mean loss of each epoch, −log p of the right label before the step on it.</param>
public sealed record TrainedClassifier(TextClassifier Model, int Texts, long Words, IReadOnlyList<double> EpochLosses);
