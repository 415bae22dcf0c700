namespace OlmoSharp.Tokenization.ChatTemplates;

/// <summary>What a template made of a conversation.</summary>
/// <param name="Text">The text, with special tokens written out.</param>
/// <param name="Content">
/// The parts that came from the conversation rather than from the template, in order and apart from each other. No special token may touch one: whatever is said, it is ordinary text.
/// </param>
public sealed record RenderedChat(string Text, IReadOnlyList<TextSpan> Content)
{
    /// <summary>The ids: special tokens where the template wrote them, ordinary text everywhere else, also where someone spelled a special token.</summary>
    /// <param name="tokenizer">The model's.</param>
    public int[] Encode(Tokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        List<int> ids = [];
        tokenizer.EncodeWithSpecialTokens(Text, Content, ids);
        return [.. ids];
    }
}
