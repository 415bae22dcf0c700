using System.Buffers;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using OlmoSharp.Tokenization.ChatTemplates;

namespace OlmoSharp.Tokenization;

/// <summary>A byte-level BPE tokenizer as a <c>tokenizer.json</c> describes it.</summary>
internal sealed class ByteLevelBpeTokenizer : Tokenizer
{
    private readonly byte[] _json;
    private readonly BpeModel _model;
    private readonly BpeEncoder _encoder;
    private readonly bool _normalize;
    private readonly bool _prefixSpace;
    private readonly byte[]?[] _tokens;
    private readonly FrozenSet<int> _specialIds;
    private readonly AddedTokenMatcher _rawMatcher;
    private readonly AddedTokenMatcher _normalizedMatcher;
    private readonly AddedTokenMatcher _specialMatcher;

    /// <summary>Creates a tokenizer.</summary>
    /// <param name="json">The bytes of its <c>tokenizer.json</c>.</param>
    /// <param name="model">Its vocabulary and merges.</param>
    /// <param name="encoder">What encodes with them.</param>
    /// <param name="addedTokens">Its added tokens.</param>
    /// <param name="normalize">Whether text is brought to normalization form C first.</param>
    /// <param name="prefixSpace">Whether a space is put before every stretch of text between added tokens that does not start with one.</param>
    public ByteLevelBpeTokenizer(
        byte[] json, BpeModel model, BpeEncoder encoder, IReadOnlyList<AddedToken> addedTokens, bool normalize, bool prefixSpace)
    {
        _json = json;
        _model = model;
        _encoder = encoder;
        _normalize = normalize;
        _prefixSpace = prefixSpace;
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
        _specialMatcher = new AddedTokenMatcher(addedTokens.Where(token => token.IsSpecial));
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(json));
        EncodesLinesApart = !prefixSpace && !addedTokens.Any(token => !token.IsSpecial && (token.StripsLeft || token.Content.Contains('\n')));
    }

    /// <inheritdoc/>
    public override bool EncodesLinesApart { get; }

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
    public override void EncodeWithSpecialTokens(ReadOnlySpan<char> text, IReadOnlyList<TextSpan> ordinary, List<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ordinary);
        ArgumentNullException.ThrowIfNull(ids);
        int taken = 0;
        int searched = 0;
        int part = 0;
        while (_specialMatcher.TryFindNextOutside(text, ordinary, ref part, ref searched, taken, out AddedTokenMatch match))
        {
            Encode(Between(text, taken, match.Start), ids);
            ids.Add(match.Id);
            taken = match.End;
        }
        Encode(text[taken..], ids);
    }

    /// <inheritdoc/>
    public override void EncodeBytes(ReadOnlySpan<byte> bytes, List<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        while (!bytes.IsEmpty)
        {
            int valid = LengthOf(bytes, valid: true);
            Encode(Encoding.UTF8.GetString(bytes[..valid]), ids);
            bytes = bytes[valid..];
            int invalid = LengthOf(bytes, valid: false);
            foreach (byte value in bytes[..invalid])
            {
                if (_model.ByteId(value) < 0)
                {
                    throw new TokenizerException($"The tokenizer has no token for the byte 0x{value:X2}, which UTF-8 never holds. Give it UTF-8.");
                }
            }
            if (invalid > 0)
            {
                ReferenceBpeEncoder.EncodePreToken(_model, bytes[..invalid], ids);
            }
            bytes = bytes[invalid..];
        }
    }

    /// <inheritdoc/>
    public override byte[] DecodeToBytes(ReadOnlySpan<int> ids, bool skipSpecialTokens = false)
    {
        int length = 0;
        foreach (int id in ids)
        {
            length += skipSpecialTokens && IsSpecial(id) ? 0 : TokenBytes(id).Length;
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
        return bytes;
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> TokenBytes(int id) => (uint)id < (uint)_tokens.Length && _tokens[id] is byte[] token
        ? token
        : throw new ArgumentOutOfRangeException(nameof(id), id, $"no token of this tokenizer has the id; its ids are below {VocabularySize}");

    /// <inheritdoc/>
    public override bool IsSpecial(int id) => _specialIds.Contains(id);

    private void EncodeRaw(ReadOnlySpan<char> text, List<int> ids, bool special)
    {
        int taken = 0;
        int searched = 0;
        while (_rawMatcher.TryFindNext(text, special, ref searched, taken, out AddedTokenMatch match))
        {
            EncodeNormalized(Between(text, taken, match.Start), ids, special);
            ids.Add(match.Id);
            taken = match.End;
        }
        EncodeNormalized(text[taken..], ids, special);
    }

    private void EncodeNormalized(ReadOnlySpan<char> text, List<int> ids, bool special)
    {
        if (_normalize && text.ContainsAnyExceptInRange('\0', '\u02FF'))
        {
            text = CanonicalNormalization.ToFormC(text.ToString());
        }
        int taken = 0;
        int searched = 0;
        while (_normalizedMatcher.TryFindNext(text, special, ref searched, taken, out AddedTokenMatch match))
        {
            EncodeOrdinary(Between(text, taken, match.Start), ids);
            ids.Add(match.Id);
            taken = match.End;
        }
        EncodeOrdinary(text[taken..], ids);
    }

    private void EncodeOrdinary(ReadOnlySpan<char> text, List<int> ids) =>
        _encoder.Encode(_prefixSpace && !text.IsEmpty && text[0] != ' ' ? string.Concat(" ", text) : text, ids);

    /// <summary>The text between two matches; nothing where the first took white space that starts the second.</summary>
    private static ReadOnlySpan<char> Between(ReadOnlySpan<char> text, int start, int end) => start < end ? text[start..end] : [];

    /// <summary>How many bytes at the start are characters in UTF-8, or are not.</summary>
    private static int LengthOf(ReadOnlySpan<byte> bytes, bool valid)
    {
        int length = 0;
        while (length < bytes.Length && (Rune.DecodeFromUtf8(bytes[length..], out _, out int consumed) == OperationStatus.Done) == valid)
        {
            length += consumed;
        }
        return length;
    }
}
