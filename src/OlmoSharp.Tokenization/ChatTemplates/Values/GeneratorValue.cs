namespace OlmoSharp.Tokenization.ChatTemplates.Values;

/// <summary>What filters such as <c>map</c> and <c>select</c> give: it is true, has no length, and can be gone through once.</summary>
internal sealed class GeneratorValue(IEnumerable<object?> items)
{
    private readonly IEnumerator<object?> _items = items.GetEnumerator();

    /// <summary>What is left of it.</summary>
    public IEnumerable<object?> Rest()
    {
        while (_items.MoveNext())
        {
            yield return _items.Current;
        }
    }
}
