namespace OlmoSharp.Data.Configuration;

/// <summary>One thing that is wrong with a config.</summary>
/// <param name="Place">Where it was written.</param>
/// <param name="Key">The key path, such as <c>optimizer.betas[1]</c>; empty for the config as a whole.</param>
/// <param name="Message">What is wrong and what is expected.</param>
public sealed record ConfigProblem(ConfigPlace Place, string Key, string Message)
{
    /// <summary>The problem on one line: place, key, message.</summary>
    public override string ToString() => Key.Length == 0 ? $"{Place}: {Message}" : $"{Place}: {Key}: {Message}";
}
