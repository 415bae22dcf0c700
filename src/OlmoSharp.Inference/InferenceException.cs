namespace OlmoSharp.Inference;

/// <summary>An error of the inference layer: a request that cannot be served.</summary>
/// <param name="message">What is wrong and what to do about it.</param>
/// <param name="inner">The cause, if another exception was.</param>
public class InferenceException(string message, Exception? inner = null) : Exception(message, inner);
