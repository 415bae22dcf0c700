namespace OlmoSharp.Tokenization.ChatTemplates.Syntax;

/// <summary>What a value is given to.</summary>
internal abstract record Target
{
    /// <summary>A variable.</summary>
    public sealed record Variable(string Name) : Target;

    /// <summary>An attribute of a namespace.</summary>
    public sealed record Attribute(string Namespace, string Name) : Target;

    /// <summary>Several, one for each element.</summary>
    public sealed record Several(IReadOnlyList<Target> Items) : Target;
}
