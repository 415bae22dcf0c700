namespace OlmoSharp.Evaluation.Hub;

/// <summary>A failure that may pass: the same request is sent again.</summary>
/// <param name="message">What failed.</param>
/// <param name="wait">How long the hub asks to be waited for; null: it does not say.</param>
/// <param name="inner">The cause, if another exception was.</param>
internal sealed class PassingFailureException(string message, TimeSpan? wait = null, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>How long the hub asks to be waited for.</summary>
    public TimeSpan? Wait => wait;
}
