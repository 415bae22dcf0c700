namespace OlmoSharp.Data;

/// <summary>
/// The error of the data layer: one message that names the file, the place in it (line, row or byte), the reason, and what to do.
/// </summary>
/// <param name="message">What is wrong, where, and what to do about it.</param>
/// <param name="inner">The error that led to this one, if any.</param>
public sealed class DataException(string message, Exception? inner = null) : Exception(message, inner);
