namespace OlmoSharp.Torch;

/// <summary>An error of the Torch layer: a native library that cannot be loaded, an operator that failed, a weight file that is not as it should be.</summary>
/// <param name="message">What is wrong, where, and what to do about it.</param>
/// <param name="inner">The cause, if another exception was.</param>
public sealed class TorchException(string message, Exception? inner = null) : Exception(message, inner);
