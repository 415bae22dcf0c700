using System.Buffers;
using OlmoSharp.Tokenization.ChatTemplates;

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
            searched = start + token.Content.Length;
            if ((!token.IsSpecial || special) && Counts(token, text, start))
            {
                match = Match(token, text, start, taken);
                return true;
            }
        }
        match = default;
        return false;
    }

    /// <summary>Finds the next added token that counts and touches no part that is ordinary text. One that does touch such a part takes no place: whoever writes those
    /// parts can neither make a token nor hide one.</summary>
    /// <param name="text">The text.</param>
    /// <param name="ordinary">The parts that are ordinary text: in order, apart from each other.</param>
    /// <param name="part">The first of these that ends behind <paramref name="searched"/>; 0 at first, moved on by this method.</param>
    /// <param name="searched">Up to where the text has been searched; 0 at first, moved on by this method.</param>
    /// <param name="taken">Where the match before ended.</param>
    /// <param name="match">The token.</param>
    public bool TryFindNextOutside(ReadOnlySpan<char> text, IReadOnlyList<TextSpan> ordinary, ref int part, ref int searched, int taken, out AddedTokenMatch match)
    {
        while (FindFirst(text[searched..], out int index) is not null)
        {
            int start = searched + index;
            while (part < ordinary.Count && ordinary[part].End <= start)
            {
                part++;
            }
            int free = part < ordinary.Count ? ordinary[part].Start : text.Length;
            foreach (AddedToken token in _longestFirst)
            {
                int end = start + token.Content.Length;
                if (end <= free && text[start..].StartsWith(token.Content, StringComparison.Ordinal) && Counts(token, text, start))
                {
                    searched = end;
                    match = Match(token, text, start, taken);
                    return true;
                }
            }
            // Nothing within an ordinary part can count.
            searched = free <= start ? ordinary[part].End : start + 1;
        }
        match = default;
        return false;
    }

    private static bool Counts(AddedToken token, ReadOnlySpan<char> text, int start) =>
        !token.IsSingleWord || !(WordCharacters.IsAtEnd(text[..start]) || WordCharacters.IsAtStart(text[(start + token.Content.Length)..]));

    private static AddedTokenMatch Match(AddedToken token, ReadOnlySpan<char> text, int start, int taken)
    {
        int end = start + token.Content.Length;
        return new AddedTokenMatch(
            token.Id,
            token.StripsLeft ? Math.Max(taken, text[..start].TrimEnd().Length) : start,
            token.StripsRight ? text.Length - text[end..].TrimStart().Length : end);
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
