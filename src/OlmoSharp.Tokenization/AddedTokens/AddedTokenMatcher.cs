using System.Buffers;

namespace OlmoSharp.Tokenization;

/// <summary>Finds added tokens in text: the one that starts first, and of several that start there the longest.</summary>
internal sealed class AddedTokenMatcher
{
    private readonly AddedToken[] _longestFirst;
    private readonly SearchValues<string> _contents;

    public AddedTokenMatcher(IEnumerable<AddedToken> tokens)
    {
        _longestFirst = [.. tokens.OrderByDescending(token => token.Content.Length)];
        _contents = SearchValues.Create([.. _longestFirst.Select(token => token.Content)], StringComparison.Ordinal);
    }

    /// <summary>The first added token in the text and its index there; null when there is none.</summary>
    public AddedToken? Find(ReadOnlySpan<char> text, out int index)
    {
        index = _longestFirst.Length == 0 ? -1 : text.IndexOfAny(_contents);
        if (index >= 0)
        {
            foreach (AddedToken token in _longestFirst)
            {
                if (text[index..].StartsWith(token.Content, StringComparison.Ordinal))
                {
                    return token;
                }
            }
        }
        return null;
    }
}
