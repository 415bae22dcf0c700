using System.Buffers;

namespace OlmoSharp.Tokenization;

/// <summary>Finds added tokens in text as Hugging Face tokenizers does: the one that starts first, of several that start there the longest, and the next
/// one after it. A token that does not count where it stands (a special one that is not asked for, or a part of a word) takes its place in that search all the same.</summary>
internal sealed class AddedTokenMatcher
{
    private readonly AddedToken[] _longestFirst;
    private readonly SearchValues<string> _contents;

    public AddedTokenMatcher(IEnumerable<AddedToken> tokens)
    {
        _longestFirst = [.. tokens.OrderByDescending(token => token.Content.Length)];
        _contents = SearchValues.Create([.. _longestFirst.Select(token => token.Content)], StringComparison.Ordinal);
    }

    /// <summary>Finds the next added token that counts.</summary>
    /// <param name="text">The text.</param>
    /// <param name="special">Whether special tokens count.</param>
    /// <param name="searched">Up to where the text has been searched; 0 at first, moved on by this method.</param>
    /// <param name="taken">Where the match before ended, so that the white space it took is not taken again.</param>
    /// <param name="match">The token. With <c>rstrip</c>, the match before may reach beyond its start.</param>
    public bool TryFindNext(ReadOnlySpan<char> text, bool special, ref int searched, int taken, out AddedTokenMatch match)
    {
        while (FindFirst(text[searched..], out int index) is AddedToken token)
        {
            int start = searched + index;
            int end = start + token.Content.Length;
            searched = end;
            if ((token.IsSpecial && !special)
                || (token.IsSingleWord && (WordCharacters.IsAtEnd(text[..start]) || WordCharacters.IsAtStart(text[end..]))))
            {
                continue;
            }
            if (token.StripsLeft)
            {
                start = Math.Max(taken, text[..start].TrimEnd().Length);
            }
            if (token.StripsRight)
            {
                end = text.Length - text[end..].TrimStart().Length;
            }
            match = new AddedTokenMatch(token.Id, start, end);
            return true;
        }
        match = default;
        return false;
    }

    private AddedToken? FindFirst(ReadOnlySpan<char> text, out int index)
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
