namespace OlmoSharp.Data;

/// <summary>Bad data: the message names the file, the place in it, the reason, and what to do.</summary>
/// <param name="message">One clear message for the user.</param>
/// <param name="inner">The error underneath, if there is one.</param>
public sealed class DataException(string message, Exception? inner = null) : Exception(message, inner);
