using System.Runtime.CompilerServices;

namespace OlmoSharp.Tokenization.ChatTemplates.Running;

/// <summary>Keeps templates and values that are nested too deeply from exhausting the stack.</summary>
internal static class Nesting
{
    /// <summary>Checks that there is room to go deeper.</summary>
    /// <exception cref="TemplateFault">There is none.</exception>
    public static void Check()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new TemplateFault("nested too deeply");
        }
    }
}
