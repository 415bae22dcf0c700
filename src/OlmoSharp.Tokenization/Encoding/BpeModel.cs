namespace OlmoSharp.Tokenization;

/// <summary>What byte-level BPE needs to know: the bytes of each token, the token of each byte, and the merges.</summary>
internal sealed class BpeModel
{
    private readonly int[] _byteIds;
    private readonly Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>>? _wholeTokens;

    /// <summary>Creates a model.</summary>
    /// <param name="tokens">The bytes of each token by id; null at an id that the model does not use.</param>
    /// <param name="byteIds">The id of the token of each of the 256 bytes; -1 for a byte that has none.</param>
    /// <param name="merges">The merges in order of rank.</param>
    /// <param name="ignoreMerges">Whether a pre-token that is itself a token is encoded as this token whatever the merges say.</param>
    public BpeModel(IReadOnlyList<byte[]?> tokens, int[] byteIds, IReadOnlyList<BpeMerge> merges, bool ignoreMerges)
    {
        Tokens = tokens;
        Merges = merges;
        MergeTable = new MergeTable(merges);
        _byteIds = byteIds;
        if (ignoreMerges)
        {
            Dictionary<byte[], int> wholeTokens = new(ByteSequenceComparer.Instance);
            for (int id = 0; id < tokens.Count; id++)
            {
                if (tokens[id] is byte[] token)
                {
                    wholeTokens[token] = id;
                }
            }
            _wholeTokens = wholeTokens.GetAlternateLookup<ReadOnlySpan<byte>>();
        }
    }

    /// <summary>The bytes of each token by id; null at an id that the model does not use.</summary>
    public IReadOnlyList<byte[]?> Tokens { get; }

    /// <summary>The merges in order of rank.</summary>
    public IReadOnlyList<BpeMerge> Merges { get; }

    /// <summary>The merges by the pair they merge.</summary>
    public MergeTable MergeTable { get; }

    /// <summary>Whether a pre-token that is itself a token is encoded as this token whatever the merges say.</summary>
    public bool IgnoreMerges => _wholeTokens is not null;

    /// <summary>The id of a token of one byte. UTF-8 never holds a byte for which there is none.</summary>
    public int ByteId(byte value) => _byteIds[value];

    /// <summary>Whether the pre-token is encoded as one token without looking at the merges.</summary>
    public bool TryFindWhole(ReadOnlySpan<byte> preToken, out int id)
    {
        if (_wholeTokens is { } wholeTokens)
        {
            return wholeTokens.TryGetValue(preToken, out id);
        }
        id = -1;
        return false;
    }
}
