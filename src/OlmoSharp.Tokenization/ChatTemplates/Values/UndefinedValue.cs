using OlmoSharp.Tokenization.ChatTemplates.Running;

namespace OlmoSharp.Tokenization.ChatTemplates.Values;

/// <summary>What a name stands for that nothing was given to: prints as nothing, is false and empty, and refuses everything else.</summary>
/// <param name="reason">What is said then, such as "'tools' is undefined".</param>
internal sealed class UndefinedValue(string reason)
{
    /// <summary>The error of using it.</summary>
    public TemplateFault Fault() => new(reason);
}
