namespace OlmoSharp.Tokenization.ChatTemplates.Running;

/// <summary>What a template may still do, so that none can run forever or fill the memory.</summary>
/// <param name="steps">Expressions, statements and elements that may be gone through; making text costs a step every few characters.</param>
internal sealed class RenderBudget(long steps)
{
    private const int CharactersAStep = 8;

    private long _spent;

    /// <summary>Counts work.</summary>
    /// <exception cref="TemplateFault">There is too much of it.</exception>
    public void Spend(long count = 1)
    {
        _spent += count;
        if (_spent > steps)
        {
            throw new TemplateFault($"the template takes more than {steps} steps; shorten the conversation, or use another template");
        }
    }

    /// <summary>Counts text before it is made.</summary>
    /// <param name="length">Characters.</param>
    /// <exception cref="TemplateFault">There is too much of it.</exception>
    public void SpendText(long length) => Spend(length / CharactersAStep + 1);

    /// <summary>Counts a search, which in the worst case compares everywhere.</summary>
    /// <param name="text">Characters that are searched.</param>
    /// <param name="sought">Characters that are sought.</param>
    public void SpendSearch(long text, long sought) => Spend(text / 16 + (long)Math.Min(1e15, (double)text * sought / 1024) + 1);
}
