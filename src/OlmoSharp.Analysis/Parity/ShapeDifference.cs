namespace OlmoSharp.Analysis.Parity;

/// <summary>A tensor that two models have with different shapes.</summary>
/// <param name="Name">Its Hugging Face name.</param>
/// <param name="First">Shape in the first model.</param>
/// <param name="Second">Shape in the second model.</param>
public sealed record ShapeDifference(string Name, IReadOnlyList<long> First, IReadOnlyList<long> Second);
