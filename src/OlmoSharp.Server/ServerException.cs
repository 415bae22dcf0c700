namespace OlmoSharp.Server;

/// <summary>An error of the server: a request that cannot be served, or a setting that is wrong.</summary>
/// <param name="message">What is wrong and what to do about it.</param>
/// <param name="inner">The cause, if another exception was.</param>
public sealed class ServerException(string message, Exception? inner = null) : Exception(message, inner);
