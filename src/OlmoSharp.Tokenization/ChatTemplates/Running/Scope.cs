namespace OlmoSharp.Tokenization.ChatTemplates.Running;

/// <summary>Variables of a loop's turn, a macro's call or the whole template.</summary>
/// <param name="parent">Where a name is looked for next; null: nowhere.</param>
internal sealed class Scope(Scope? parent)
{
    private readonly Dictionary<string, object?> _variables = new(StringComparer.Ordinal);

    /// <summary>Gives a variable a value here.</summary>
    public void Set(string name, object? value) => _variables[name] = value;

    /// <summary>Looks a variable up, here and further out.</summary>
    public bool TryGet(string name, out object? value)
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
        {
            if (scope._variables.TryGetValue(name, out value))
            {
                return true;
            }
        }

        value = null;
        return false;
    }

    private Scope? Parent { get; } = parent;
}
