using System.Buffers.Text;

namespace OlmoSharp.Tokenization;

/// <summary>Reads the rank files of tiktoken: a line a token, its bytes in base64, a space, its rank, which is its id.
/// <para>tiktoken merges any two neighbours that are a token together, the one with the least rank first; a <c>tokenizer.json</c> lists the two halves of each merge.
/// A token can come about in one way only, because what happens within its bytes does not depend on what stands around them. So its halves are what merging leaves
/// just before it is whole.</para></summary>
internal static class TiktokenFile
{
    // The longest of the published ones is 128. Finding the halves takes time in the square of the length.
    private const int LongestToken = 1024;

    /// <summary>Creates the <c>tokenizer.json</c> of a rank file.</summary>
    /// <exception cref="TokenizerException">The file is malformed or does not go with the special tokens.</exception>
    public static byte[] Convert(byte[] content, string file, PreTokenPattern pattern, IReadOnlyList<KeyValuePair<string, int?>> specialTokens)
    {
        byte[]?[] tokens = ReadTokens(content, file);
        List<AddedToken> added = Place(specialTokens, tokens, file);
        (List<BpeMerge> merges, bool areAllReached) = FindMerges(tokens, file);
        // tiktoken takes a pre-token that is a token as it is, even if merging would not lead to it.
        return TokenizerJsonWriter.Write(tokens, merges, added, pattern, ignoreMerges: !areAllReached);
    }

    private static byte[]?[] ReadTokens(byte[] content, string file)
    {
        ReadOnlySpan<byte> text = content;
        int mostRanks = 2 * (text.Count((byte)'\n') + 1);
        List<byte[]?> tokens = [];
        HashSet<byte[]> seen = new(ByteSequenceComparer.Instance);
        int line = 0;
        foreach (Range range in text.Split((byte)'\n'))
        {
            line++;
            ReadOnlySpan<byte> entry = text[range].TrimEnd((byte)'\r');
            if (entry.IsEmpty)
            {
                continue;
            }
            int space = entry.IndexOf((byte)' ');
            if (space < 1 || !Utf8Parser.TryParse(entry[(space + 1)..], out int rank, out int digits) || digits != entry.Length - space - 1)
            {
                throw Damaged(file, line, "it is not a token in base64, a space and a rank");
            }
            byte[] token = Decode(entry[..space], file, line);
            if (token.Length is 0 or > LongestToken)
            {
                throw Damaged(file, line, $"the token has {token.Length} bytes, but must have 1 to {LongestToken}");
            }
            if (rank < 0 || rank >= mostRanks)
            {
                throw Damaged(file, line, $"the rank is {rank} though there are only {mostRanks / 2} lines");
            }
            while (tokens.Count <= rank)
            {
                tokens.Add(null);
            }
            if (tokens[rank] is not null)
            {
                throw Damaged(file, line, $"the rank {rank} is another token's");
            }
            if (!seen.Add(token))
            {
                throw Damaged(file, line, "the token occurs twice");
            }
            tokens[rank] = token;
        }
        for (int value = 0; value < 256; value++)
        {
            if (!seen.Contains([(byte)value]))
            {
                throw new TokenizerException(file, null, $"it has no token for the byte 0x{value:X2}", "The file is not a whole rank file; fetch it again");
            }
        }
        return [.. tokens];
    }

    private static byte[] Decode(ReadOnlySpan<byte> base64, string file, int line)
    {
        byte[] bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(base64.Length)];
        return Base64.DecodeFromUtf8(base64, bytes, out int consumed, out int written) == System.Buffers.OperationStatus.Done && consumed == base64.Length
            ? bytes[..written]
            : throw Damaged(file, line, "the token is not base64");
    }

    /// <summary>Gives the special tokens without an id those that follow the largest.</summary>
    private static List<AddedToken> Place(IReadOnlyList<KeyValuePair<string, int?>> specialTokens, byte[]?[] tokens, string file)
    {
        List<AddedToken> placed = [];
        HashSet<int> ids = [];
        HashSet<string> names = [];
        int next = Math.Max(tokens.Length, specialTokens.Select(token => token.Value + 1 ?? 0).DefaultIfEmpty(0).Max());
        foreach ((string name, int? wanted) in specialTokens)
        {
            int id = wanted ?? next++;
            if (name.Length == 0 || !names.Add(name))
            {
                throw Refused($"the special token \"{name}\" is empty or given twice", "Name each once");
            }
            if (ByteCharacters.TryToBytes(name, out byte[]? bytes) && tokens.Any(token => token.AsSpan().SequenceEqual(bytes)))
            {
                throw Refused($"{name} is a token of text already", "Give the special token a form like <|name|>");
            }
            if (id < 0 || id > 2 * tokens.Length || (id < tokens.Length && tokens[id] is not null) || !ids.Add(id))
            {
                throw Refused($"the special token {name} cannot have the id {id}", "Give it one that no other token has, or none: then it follows the others");
            }
            placed.Add(new AddedToken(id, name) { IsSpecial = true });
        }
        return placed;

        TokenizerException Refused(string reason, string advice) => new(file, null, reason, advice);
    }

    private static (List<BpeMerge> Merges, bool AreAllReached) FindMerges(byte[]?[] tokens, string file)
    {
        Dictionary<byte[], int> ranks = new(ByteSequenceComparer.Instance);
        for (int rank = 0; rank < tokens.Length; rank++)
        {
            if (tokens[rank] is byte[] token)
            {
                ranks.Add(token, rank);
            }
        }
        Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> lookup = ranks.GetAlternateLookup<ReadOnlySpan<byte>>();
        List<BpeMerge> merges = [];
        bool areAllReached = true;
        for (int rank = 0; rank < tokens.Length; rank++)
        {
            if (tokens[rank] is not { Length: > 1 } token)
            {
                continue;
            }
            int middle = MiddleOf(token, lookup);
            if (middle < 0)
            {
                areAllReached = false;
                continue;
            }
            merges.Add(new BpeMerge(lookup[token.AsSpan(0, middle)], lookup[token.AsSpan(middle)], rank));
        }
        return (merges, areAllReached);
    }

    /// <summary>Where the second half of a token starts; -1 when merging does not lead to the token.</summary>
    private static int MiddleOf(ReadOnlySpan<byte> token, Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> ranks)
    {
        // Where the parts start, and the rank that each would have with the one after it.
        Span<int> starts = stackalloc int[token.Length + 1];
        Span<int> joined = stackalloc int[token.Length];
        int parts = token.Length;
        for (int i = 0; i <= parts; i++)
        {
            starts[i] = i;
        }
        for (int i = 0; i + 1 < parts; i++)
        {
            joined[i] = RankOf(token[i..(i + 2)]);
        }
        while (parts > 2)
        {
            int best = 0;
            for (int i = 1; i + 1 < parts; i++)
            {
                best = joined[i] < joined[best] ? i : best;
            }
            if (joined[best] == int.MaxValue)
            {
                return -1;
            }
            starts[(best + 2)..(parts + 1)].CopyTo(starts[(best + 1)..]);
            joined[(best + 1)..(parts - 1)].CopyTo(joined[best..]);
            parts--;
            if (best + 1 < parts)
            {
                joined[best] = RankOf(token[starts[best]..starts[best + 2]]);
            }
            if (best > 0)
            {
                joined[best - 1] = RankOf(token[starts[best - 1]..starts[best + 1]]);
            }
        }
        return starts[1];

        int RankOf(ReadOnlySpan<byte> bytes) => ranks.TryGetValue(bytes, out int rank) ? rank : int.MaxValue;
    }

    private static TokenizerException Damaged(string file, int line, string reason) =>
        new(file, null, $"line {line}: {reason}", "The file is not a whole rank file; fetch it again");
}
