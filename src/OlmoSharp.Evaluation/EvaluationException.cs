namespace OlmoSharp.Evaluation;

/// <summary>An error of evaluation: a task, a file of data or a model that cannot be evaluated.</summary>
/// <param name="message">What is wrong and what to do about it.</param>
/// <param name="inner">The cause, if another exception was.</param>
public class EvaluationException(string message, Exception? inner = null) : Exception(message, inner);
