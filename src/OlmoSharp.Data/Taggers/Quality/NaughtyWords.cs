using System.Buffers;
using System.Text;

namespace OlmoSharp.Data.Taggers.Quality;

/// <summary>A user's list of words and phrases: a word is found where it stands between white space, a phrase (an entry with a space) anywhere. Case does not matter.</summary>
internal sealed class NaughtyWords
{
    private readonly HashSet<string> _words = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly SearchValues<string> _phrases;
    private readonly int _longestWord;

    private NaughtyWords(IEnumerable<string> entries)
    {
        var phrases = new List<string>();
        foreach (var entry in entries)
        {
            if (entry.Contains(' ', StringComparison.Ordinal))
            {
                phrases.Add(entry);
            }
            else
            {
                _words.Add(entry);
            }
        }

        _lookup = _words.GetAlternateLookup<ReadOnlySpan<char>>();
        _phrases = SearchValues.Create([.. phrases], StringComparison.OrdinalIgnoreCase);
        _longestWord = _words.Select(word => word.Length).DefaultIfEmpty(0).Max();
    }

    /// <summary>Reads a list, an entry on each line.</summary>
    /// <exception cref="DataException">The file cannot be read, is not UTF-8, or is empty.</exception>
    public static NaughtyWords Load(string path)
    {
        try
        {
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(path)).TrimStart('\uFEFF');
            var entries = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            return entries.Length > 0 ? new NaughtyWords(entries) : throw new DataException($"{path}: the list is empty. Write a word or phrase on each line.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            throw new DataException($"{path}: cannot be read as a list of words: {error.Message} It must be UTF-8 text with an entry on each line.", error);
        }
    }

    /// <summary>Whether one of them is in the text.</summary>
    public bool AreIn(TaggedDocument document)
    {
        Span<char> characters = stackalloc char[256];
        foreach (ref readonly var word in document.Scan.Words)
        {
            if (word.CodePoints > _longestWord)
            {
                continue;
            }

            var bytes = document.Text.Slice(word.Start, word.Length);
            if (Encoding.UTF8.TryGetChars(bytes, characters, out var length)
                ? _lookup.Contains(characters[..length])
                : _words.Contains(Encoding.UTF8.GetString(bytes)))
            {
                return true;
            }
        }

        return document.TextString.AsSpan().ContainsAny(_phrases);
    }
}
