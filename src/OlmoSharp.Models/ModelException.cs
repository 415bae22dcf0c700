namespace OlmoSharp.Models;

/// <summary>An error of the model layer: a configuration that describes no model, a model folder that does not hold what it claims.</summary>
/// <param name="message">What is wrong, where, and what to do about it.</param>
/// <param name="inner">The cause, if another exception was.</param>
public sealed class ModelException(string message, Exception? inner = null) : Exception(message, inner);
