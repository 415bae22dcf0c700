namespace OlmoSharp.Tokenization.ChatTemplates.Running;

/// <summary>Something went wrong inside a template; where, the interpreter adds.</summary>
internal sealed class TemplateFault(string reason) : Exception(reason);
