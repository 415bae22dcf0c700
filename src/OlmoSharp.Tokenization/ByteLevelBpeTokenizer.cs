using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;

namespace OlmoSharp.Tokenization;

/// <summary>A byte-level BPE tokenizer as a <c>tokenizer.json</c> describes it.</summary>
internal sealed class ByteLevelBpeTokenizer : Tokenizer
{
    private readonly byte[] _json;
    private readonly BpeEncoder _encoder;
    private readonly bool _normalize;
    private readonly byte[]?[] _tokens;
    private readonly FrozenSet<int> _specialIds;
    private readonly AddedTokenMatcher _rawMatcher;
    private readonly AddedTokenMatcher _normalizedMatcher;

    /// <summary>Creates a tokenizer.</summary>
    /// <param name="json">The bytes of its <c>tokenizer.json</c>.</param>
    /// <param name="model">Its vocabulary and merges.</param>
    /// <param name="encoder">What encodes with them.</param>
    /// <param name="addedTokens">Its added tokens.</param>
    /// <param name="normalize">Whether text is brought to normalization form C first.</param>
    public ByteLevelBpeTokenizer(byte[] json, BpeModel model, BpeEncoder encoder, IReadOnlyList<AddedToken> addedTokens, bool normalize)
    {
        _json = json;
        _encoder = encoder;
        _normalize = normalize;
        _tokens = new byte[]?[Math.Max(model.Tokens.Count, addedTokens.Select(token => token.Id + 1).DefaultIfEmpty(0).Max())];
        for (int id = 0; id < model.Tokens.Count; id++)
        {
            _tokens[id] = model.Tokens[id];
        }
        foreach (AddedToken token in addedTokens)
        {
            _tokens[token.Id] = Encoding.UTF8.GetBytes(token.Content);
        }
        SpecialTokens = addedTokens.Where(token => token.IsSpecial).ToFrozenDictionary(token => token.Content, token => token.Id);
        _specialIds = SpecialTokens.Values.ToFrozenSet();
        _rawMatcher = new AddedTokenMatcher(addedTokens.Where(token => !token.IsNormalized));
        _normalizedMatcher = new AddedTokenMatcher(addedTokens.Where(token => token.IsNormalized)
            .Select(token => normalize ? token with { Content = CanonicalNormalization.ToFormC(token.Content) } : token));
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(json));
    }

    /// <inheritdoc/>
    public override int VocabularySize => _tokens.Length;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, int> SpecialTokens { get; }

    /// <inheritdoc/>
    public override string Sha256 { get; }

    /// <inheritdoc/>
    public override BpeEncoderKind EncoderKind => _encoder.Kind;

    /// <inheritdoc/>
    protected override ReadOnlySpan<byte> Json => _json;

    /// <inheritdoc/>
    public override void Encode(ReadOnlySpan<char> text, List<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        EncodeRaw(text, ids, special: false);
    }

    /// <inheritdoc/>
    public override void EncodeWithSpecialTokens(ReadOnlySpan<char> text, List<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        EncodeRaw(text, ids, special: true);
    }

    /// <inheritdoc/>
    public override string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = false)
    {
        int length = 0;
        foreach (int id in ids)
        {
            length += TokenBytes(id).Length;
        }
        byte[] bytes = new byte[length];
        int end = 0;
        foreach (int id in ids)
        {
            if (!skipSpecialTokens || !IsSpecial(id))
            {
                ReadOnlySpan<byte> token = TokenBytes(id);
                token.CopyTo(bytes.AsSpan(end));
                end += token.Length;
            }
        }
        return Encoding.UTF8.GetString(bytes, 0, end);
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> TokenBytes(int id) => (uint)id < (uint)_tokens.Length && _tokens[id] is byte[] token
        ? token
        : throw new ArgumentOutOfRangeException(nameof(id), id, $"no token of this tokenizer has the id; its ids are below {VocabularySize}");

    /// <inheritdoc/>
    public override bool IsSpecial(int id) => _specialIds.Contains(id);

    private void EncodeRaw(ReadOnlySpan<char> text, List<int> ids, bool special)
    {
        while (FindToken(_rawMatcher, text, special, out int index) is AddedToken token)
        {
            EncodeNormalized(text[..index], ids, special);
            ids.Add(token.Id);
            text = text[(index + token.Content.Length)..];
        }
        EncodeNormalized(text, ids, special);
    }

    private void EncodeNormalized(ReadOnlySpan<char> text, List<int> ids, bool special)
    {
        if (_normalize && text.ContainsAnyExceptInRange('\0', '\u02FF'))
        {
            text = CanonicalNormalization.ToFormC(text.ToString());
        }
        while (FindToken(_normalizedMatcher, text, special, out int index) is AddedToken token)
        {
            _encoder.Encode(text[..index], ids);
            ids.Add(token.Id);
            text = text[(index + token.Content.Length)..];
        }
        _encoder.Encode(text, ids);
    }

    /// <summary>Finds the first added token that counts. As in Hugging Face tokenizers, a special token that does not count still takes its place in the search.</summary>
    private static AddedToken? FindToken(AddedTokenMatcher matcher, ReadOnlySpan<char> text, bool special, out int index)
    {
        int start = 0;
        while (matcher.Find(text[start..], out index) is AddedToken token)
        {
            index += start;
            if (special || !token.IsSpecial)
            {
                return token;
            }
            start = index + token.Content.Length;
        }
        return null;
    }
}
