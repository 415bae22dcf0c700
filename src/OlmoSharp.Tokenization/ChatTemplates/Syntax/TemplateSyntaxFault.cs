namespace OlmoSharp.Tokenization.ChatTemplates.Syntax;

/// <summary>A template breaks Jinja's rules or uses what is not supported; which template, the caller adds.</summary>
/// <param name="line">Where, from 1.</param>
/// <param name="reason">What is wrong.</param>
internal sealed class TemplateSyntaxFault(int line, string reason) : Exception(reason)
{
    /// <summary>Where, from 1.</summary>
    public int Line { get; } = line;
}
