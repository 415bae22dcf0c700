namespace OlmoSharp.Analysis.Parity;

/// <summary>How a tensor of one model differs from the one of the same name and shape in another.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="LargestDifference">max |a − b|; not a number where one of them holds none at a place where the other does.</param>
/// <param name="MeanDifference">mean |a − b|.</param>
/// <param name="RelativeDifference">‖a − b‖₂ / ‖a‖₂; 0 where both are zero.</param>
/// <param name="Cosine">a · b / (‖a‖₂ ‖b‖₂); null where one is zero.</param>
public sealed record TensorDifference(
    string Name, IReadOnlyList<long> Shape, double LargestDifference, double MeanDifference, double RelativeDifference, double? Cosine);
