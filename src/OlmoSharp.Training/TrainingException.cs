namespace OlmoSharp.Training;

/// <summary>An error of the training layer: a run that cannot start, resume or save.</summary>
/// <param name="message">What is wrong, where, and what to do about it.</param>
/// <param name="inner">The cause, if another exception was.</param>
public sealed class TrainingException(string message, Exception? inner = null) : Exception(message, inner);
