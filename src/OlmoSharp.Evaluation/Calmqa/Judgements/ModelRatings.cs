namespace OlmoSharp.Evaluation.Calmqa.Judgements;

/// <summary>What annotators say of a model's answers on the mean.</summary>
/// <param name="Model">The model.</param>
/// <param name="Kind"><c>specific</c> or <c>agnostic</c> questions.</param>
/// <param name="Ratings">How many ratings.</param>
/// <param name="Language">The share in the right language.</param>
/// <param name="Factuality">Mean, 0 to 2.</param>
/// <param name="Completeness">Mean, 0 to 2.</param>
/// <param name="Overall">Mean, 1 to 5.</param>
public sealed record ModelRatings(string Model, string Kind, int Ratings, double Language, double Factuality, double Completeness, double Overall);
