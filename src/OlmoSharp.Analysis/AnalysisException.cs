namespace OlmoSharp.Analysis;

/// <summary>The error of the analysis layer: one message that names the file, the place in it, the reason, and what to do.</summary>
/// <param name="message">What is wrong, where, and what to do about it.</param>
/// <param name="inner">The error that led to this one, if any.</param>
public sealed class AnalysisException(string message, Exception? inner = null) : Exception(message, inner);
