namespace OlmoSharp.Analysis;

/// <summary>An input of an analysis that cannot be used; the message names the file, the place, the reason, and what to do.</summary>
public sealed class AnalysisException(string message, Exception? inner = null) : Exception(message, inner);
