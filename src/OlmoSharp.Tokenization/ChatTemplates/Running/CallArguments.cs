using OlmoSharp.Tokenization.ChatTemplates.Values;

namespace OlmoSharp.Tokenization.ChatTemplates.Running;

/// <summary>What a function is called with.</summary>
/// <param name="Positional">Without names.</param>
/// <param name="Named">With names.</param>
internal sealed record CallArguments(IReadOnlyList<object?> Positional, IReadOnlyList<KeyValuePair<string, object?>> Named)
{
    /// <summary>What a function that takes any names finds in them. They may have come from anywhere, by <c>**</c>.</summary>
    public static DictValue Gather(IEnumerable<KeyValuePair<string, object?>> named, DictValue? dict = null)
    {
        dict ??= new();
        foreach (var (name, value) in named)
        {
            dict.Set(new MarkedText(name, isForeign: true), value);
        }

        return dict;
    }

    /// <summary>Nothing.</summary>
    public static readonly CallArguments None = new([], []);

    /// <summary>Gives each argument to its parameter.</summary>
    /// <param name="function">What errors call the function.</param>
    /// <param name="required">How many parameters must be given.</param>
    /// <param name="names">The parameters.</param>
    /// <exception cref="TemplateFault">There are too many arguments, too few, or one that no parameter has the name of.</exception>
    public BoundArguments Bind(string function, int required, params ReadOnlySpan<string> names)
    {
        if (Positional.Count > names.Length)
        {
            throw new TemplateFault($"{function}() takes at most {names.Length} arguments, but {Positional.Count} are given");
        }

        var values = new object?[names.Length];
        var given = new bool[names.Length];
        for (var i = 0; i < Positional.Count; i++)
        {
            (values[i], given[i]) = (Positional[i], true);
        }

        foreach (var (name, value) in Named)
        {
            var place = names.IndexOf(name);
            if (place < 0 || given[place])
            {
                throw new TemplateFault($"{function}() {(place < 0 ? $"has no parameter '{name}'" : $"is given '{name}' twice")}");
            }

            (values[place], given[place]) = (value, true);
        }

        var missing = Array.IndexOf(given, false);
        return missing >= 0 && missing < required
            ? throw new TemplateFault($"{function}() is called without '{names[missing]}'")
            : new(function, values, given);
    }
}
