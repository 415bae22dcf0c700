using OlmoSharp.Tokenization.ChatTemplates.Running;

namespace OlmoSharp.Tokenization.ChatTemplates.Values;

/// <summary>A function, method or macro.</summary>
/// <param name="Name">What errors call it.</param>
/// <param name="Call">Calls it.</param>
internal sealed record CallableValue(string Name, Func<CallArguments, object?> Call)
{
    /// <summary>What it has beside being callable, such as a macro's name.</summary>
    public Func<string, object?>? Attribute { get; init; }
}
