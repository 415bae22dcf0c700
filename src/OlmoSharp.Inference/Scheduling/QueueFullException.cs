namespace OlmoSharp.Inference.Scheduling;

/// <summary>A request was refused because too many wait already; the same request may be served later.</summary>
/// <param name="message">How many wait.</param>
public sealed class QueueFullException(string message) : InferenceException(message);
