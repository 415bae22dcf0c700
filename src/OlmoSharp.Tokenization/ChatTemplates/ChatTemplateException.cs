namespace OlmoSharp.Tokenization.ChatTemplates;

/// <summary>A chat template that is not sound, asks for something that is not supported, or refuses a conversation.</summary>
public sealed class ChatTemplateException : TokenizerException
{
    /// <summary>Creates an error about a line of a template.</summary>
    /// <param name="template">The template's name, such as its file.</param>
    /// <param name="line">The line, from 1.</param>
    /// <param name="reason">What is wrong there.</param>
    /// <param name="innerException">The error that led to this one.</param>
    public ChatTemplateException(string template, int line, string reason, Exception? innerException = null)
        : base($"{template}, line {line}: {reason}", innerException) => (Template, Line, Reason) = (template, line, reason);

    /// <summary>The template's name.</summary>
    public string Template { get; }

    /// <summary>The line, from 1.</summary>
    public int Line { get; }

    /// <summary>What is wrong there; what the template said with <c>raise_exception</c>, where it did.</summary>
    public string Reason { get; }
}
