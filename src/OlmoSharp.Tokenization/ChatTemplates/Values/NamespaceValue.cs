namespace OlmoSharp.Tokenization.ChatTemplates.Values;

/// <summary>The one thing that a template can change inside a loop.</summary>
internal sealed class NamespaceValue
{
    /// <summary>Its attributes.</summary>
    public Dictionary<string, object?> Attributes { get; } = new(StringComparer.Ordinal);
}
