namespace OlmoSharp.Distributed;

/// <summary>Processes cannot work together.</summary>
public class DistributedException : Exception
{
    /// <summary>Makes the error.</summary>
    /// <param name="message">What is wrong and what to do.</param>
    /// <param name="inner">What it came of.</param>
    public DistributedException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
