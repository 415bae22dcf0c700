namespace OlmoSharp.Tokenization.ChatTemplates.Values;

/// <summary>A list or tuple; neither can be changed by a template.</summary>
/// <param name="items">Its elements.</param>
/// <param name="isTuple">Whether it is a tuple.</param>
internal sealed class ListValue(IReadOnlyList<object?> items, bool isTuple = false)
{
    /// <summary>Its elements.</summary>
    public IReadOnlyList<object?> Items { get; } = items;

    /// <summary>Whether it is a tuple.</summary>
    public bool IsTuple { get; } = isTuple;
}
