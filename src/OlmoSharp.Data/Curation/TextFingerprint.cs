using System.Buffers;
using System.Collections.Frozen;
using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace OlmoSharp.Data.Curation;

/// <summary>128-bit hashes (XXH128) of texts in normal forms: equal hashes mean texts that are the same for the purpose of removing duplicates.</summary>
internal static class TextFingerprint
{
    private const char Placeholder = '@';

    // Keywords that name types, in the signatures of C#.
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> TypeKeywords = FrozenSet.Create(
        StringComparer.Ordinal,
        "bool", "byte", "sbyte", "char", "decimal", "double", "float", "int", "uint", "nint", "nuint", "long", "ulong", "short", "ushort", "object", "string")
        .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The hash of a text without regard to case and to how much white space stands between words.</summary>
    public static UInt128 Exact(ReadOnlySpan<char> text)
    {
        var normal = ArrayPool<char>.Shared.Rent(text.Length + 1);
        var length = 0;
        var spacePending = false;
        foreach (var character in text)
        {
            if (char.IsWhiteSpace(character))
            {
                spacePending = length > 0;
                continue;
            }

            if (spacePending)
            {
                normal[length++] = ' ';
                spacePending = false;
            }

            normal[length++] = char.ToLowerInvariant(character);
        }

        return HashAndReturn(normal, length);
    }

    /// <summary>
    /// The hash of a text's template: numbers and names of types and members are replaced by a placeholder, so that texts which say the same
    /// of different types are equal. A name is a word with a digit, an underscore or a capital after its first letter, a single capital, a type keyword,
    /// or a word joined to another by a dot or to a bracket.
    /// </summary>
    public static UInt128 Template(ReadOnlySpan<char> text)
    {
        var normal = ArrayPool<char>.Shared.Rent(text.Length + 1);
        var length = 0;
        var position = 0;
        while (position < text.Length)
        {
            var character = text[position];
            if (IsWordCharacter(character))
            {
                var start = position;
                while (position < text.Length && IsWordCharacter(text[position]))
                {
                    position++;
                }

                if (IsName(text, start, position))
                {
                    // A chain such as Dictionary<TKey, TValue>.Add is one name.
                    if (length == 0 || normal[length - 1] != Placeholder)
                    {
                        normal[length++] = Placeholder;
                    }
                }
                else
                {
                    length += text[start..position].ToLowerInvariant(normal.AsSpan(length));
                }

                continue;
            }

            position++;
            var afterPlaceholder = length > 0 && normal[length - 1] == Placeholder;
            if (char.IsWhiteSpace(character))
            {
                if (length > 0 && normal[length - 1] != ' ' && !(afterPlaceholder && NextIsName(text, position)))
                {
                    normal[length++] = ' ';
                }
            }
            else if (!(afterPlaceholder && character is '.' or '<' or '>' or '[' or ']' or '*' or '&' or '?' or ','))
            {
                normal[length++] = character;
            }
        }

        return HashAndReturn(normal, length);
    }

    private static bool IsWordCharacter(char character) => char.IsLetterOrDigit(character) || character is '_';

    private static bool NextIsName(ReadOnlySpan<char> text, int position)
    {
        var end = position;
        while (end < text.Length && IsWordCharacter(text[end]))
        {
            end++;
        }

        return end > position && IsName(text, position, end);
    }

    private static bool IsName(ReadOnlySpan<char> text, int start, int end)
    {
        var word = text[start..end];
        if (word.ContainsAnyInRange('0', '9') || word.Contains('_') || TypeKeywords.Contains(word))
        {
            return true;
        }

        for (var i = 1; i < word.Length; i++)
        {
            if (char.IsUpper(word[i]))
            {
                return true;
            }
        }

        if (word.Length == 1)
        {
            return char.IsUpper(word[0]) && word[0] is not ('A' or 'I');
        }

        var joinedBefore = start > 0 && text[start - 1] is '.' or '<';
        var joinedAfter = end < text.Length && (text[end] is '<' or '(' || text[end] == '.' && end + 1 < text.Length && IsWordCharacter(text[end + 1]));
        return (joinedBefore || joinedAfter) && char.IsUpper(word[0]);
    }

    private static UInt128 HashAndReturn(char[] normal, int length)
    {
        var hash = XxHash128.HashToUInt128(MemoryMarshal.AsBytes(normal.AsSpan(0, length)));
        ArrayPool<char>.Shared.Return(normal);
        return hash;
    }
}
