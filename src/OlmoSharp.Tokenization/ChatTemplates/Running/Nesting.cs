using System.Runtime.CompilerServices;

namespace OlmoSharp.Tokenization.ChatTemplates.Running;

/// <summary>Keeps values that are nested too deeply from exhausting the stack, and those that hold one another many times over from being gone through forever.</summary>
internal static class Nesting
{
    // Comparers of dictionaries know nothing of the template that runs on their thread.
    [ThreadStatic]
    private static RenderBudget? _budget;

    /// <summary>Counts what is done on this thread, from now on.</summary>
    /// <param name="budget">What may be done; null: whatever is.</param>
    /// <returns>What counted before.</returns>
    public static RenderBudget? CountWith(RenderBudget? budget)
    {
        var before = _budget;
        _budget = budget;
        return before;
    }

    /// <summary>Counts a step inside a value, and checks that there is room to go deeper.</summary>
    /// <param name="cost">What the step costs.</param>
    /// <exception cref="TemplateFault">There is none, or too much is done.</exception>
    public static void Check(int cost = 1)
    {
        _budget?.Spend(cost);
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new TemplateFault("nested too deeply");
        }
    }
}
