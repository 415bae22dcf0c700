using System.Runtime.InteropServices;
using System.Text;
using OlmoSharp.Data.Tokens.Config;
using OlmoSharp.Tokenization;

namespace OlmoSharp.Data.Tokens;

/// <summary>Makes the tokens of a document, as a config says. Not thread-safe.</summary>
internal sealed class DocumentEncoder
{
    private const ulong IsRewritten = 1;
    private const ulong IsSuffixFirst = 2;
    private const ulong FirstCut = 3;
    private const ulong SecondCut = 4;

    private readonly Tokenizer _tokenizer;
    private readonly TokenizerConfig _config;
    private readonly FillInTheMiddleConfig? _fill;
    private readonly DocumentOrder _order;
    private readonly int _end;
    private readonly bool _canHoldEnd;
    private readonly (int Prefix, int Middle, int Suffix) _fillTokens;
    private char[] _characters = new char[1 << 12];

    /// <summary>Makes the encoder.</summary>
    /// <exception cref="DataException">The tokenizer lacks a token that the config names.</exception>
    public DocumentEncoder(Tokenizer tokenizer, TokensConfig config, DocumentOrder order)
    {
        (_tokenizer, _config, _fill, _order) = (tokenizer, config.Tokenizer, config.FillInTheMiddle, order);
        _end = EndId(tokenizer, config.Tokenizer);
        foreach (var (key, id) in new[] { ("bos", _config.BosTokenId), ("eos", _end), ("pad", _config.PadTokenId) })
        {
            if (id is { } token && (token < 0 || token >= tokenizer.VocabularySize))
            {
                throw new DataException($"tokenizer.{key}_token_id is {token}, but {_config.NameOrPath} has the ids 0 to {tokenizer.VocabularySize - 1}. Correct one of the two.");
            }
        }

        _canHoldEnd = !_config.EncodeSpecialTokens || !tokenizer.IsSpecial(_end);
        if (_config.SegmentBeforeTokenization && tokenizer.Encode("a").SequenceEqual(tokenizer.Encode(" a")))
        {
            throw new DataException($"tokenizer.segment_before_tokenization does not go with {_config.NameOrPath}, which puts a space before every text and so before every paragraph. Remove the key.");
        }

        if (_fill is not null)
        {
            _fillTokens = (Special(_fill.PrefixToken), Special(_fill.MiddleToken), Special(_fill.SuffixToken));
            if (new[] { _fillTokens.Prefix, _fillTokens.Middle, _fillTokens.Suffix, _end }.Distinct().Count() < 4)
            {
                throw new DataException("fill_in_the_middle: prefix_token, middle_token, suffix_token and the token that ends documents must differ. Name another one.");
            }
        }

        int Special(string token) => tokenizer.SpecialTokens.TryGetValue(token, out var id) ? id : throw new DataException(
            $"fill_in_the_middle: {_config.NameOrPath} has no special token {token}. Name one that it has, or train a tokenizer with it.");
    }

    /// <summary>The id that ends every document.</summary>
    public static int EndId(Tokenizer tokenizer, TokenizerConfig config) => config.EosTokenId ?? tokenizer.EndOfTextId;

    /// <summary>Encodes a document.</summary>
    /// <param name="text">Its text, without white space around it.</param>
    /// <param name="file">The number of its file.</param>
    /// <param name="line">Its line.</param>
    /// <param name="tokens">Gets all its tokens.</param>
    /// <returns>Whether the document was rewritten.</returns>
    /// <exception cref="FormatException">The text would end the document before its end.</exception>
    public bool Encode(ReadOnlySpan<byte> text, int file, long line, List<int> tokens)
    {
        tokens.Clear();
        if (_config.BosTokenId is { } begin)
        {
            tokens.Add(begin);
        }

        var start = tokens.Count;
        var isRewritten = _fill is not null && Fraction(_order.Random(file, line, IsRewritten)) < _fill.Rate;
        if (isRewritten)
        {
            Rewrite(text, file, line, tokens);
        }
        else
        {
            Append(text, tokens);
        }

        if (_canHoldEnd && CollectionsMarshal.AsSpan(tokens)[start..].Contains(_end))
        {
            throw new FormatException(
                $"the text holds the token {_end} that ends documents, and readers would see two documents; {(_config.EncodeSpecialTokens ? "tokenizer.eos_token_id must be a special token" : "with tokenizer.encode_special_tokens: true it is text")}");
        }

        tokens.Add(_end);
        return isRewritten;
    }

    private static double Fraction(ulong random) => (random >> 11) * (1.0 / (1L << 53));

    private void Rewrite(ReadOnlySpan<byte> text, int file, long line, List<int> tokens)
    {
        var (low, high) = (Cut(text, _order.Random(file, line, FirstCut)), Cut(text, _order.Random(file, line, SecondCut)));
        (low, high) = (Math.Min(low, high), Math.Max(low, high));
        tokens.Add(_fillTokens.Prefix);
        if (Fraction(_order.Random(file, line, IsSuffixFirst)) < _fill!.SpmRate)
        {
            tokens.Add(_fillTokens.Suffix);
            Append(text[high..], tokens);
            tokens.Add(_fillTokens.Middle);
            Append(text[..high], tokens);
        }
        else
        {
            Append(text[..low], tokens);
            tokens.Add(_fillTokens.Suffix);
            Append(text[high..], tokens);
            tokens.Add(_fillTokens.Middle);
            Append(text[low..high], tokens);
        }
    }

    /// <summary>A random place between two characters.</summary>
    private static int Cut(ReadOnlySpan<byte> text, ulong random)
    {
        var at = (int)((UInt128)random * (ulong)(text.Length + 1) >> 64);
        while (at < text.Length && (text[at] & 0xC0) == 0x80)
        {
            at--;
        }

        return at;
    }

    private void Append(ReadOnlySpan<byte> text, List<int> tokens)
    {
        if (_characters.Length < text.Length)
        {
            _characters = new char[Math.Max(text.Length, 2 * _characters.Length)];
        }

        var characters = _characters.AsSpan(0, Encoding.UTF8.GetChars(text, _characters));
        if (!_config.SegmentBeforeTokenization)
        {
            EncodeSegment(characters, tokens);
            return;
        }

        while (!characters.IsEmpty)
        {
            var content = characters.IndexOfAnyExcept('\n') is >= 0 and var found ? found : characters.Length;
            var length = characters[content..].IndexOf('\n') is >= 0 and var lineEnd ? content + lineEnd : characters.Length;
            EncodeSegment(characters[..length], tokens);
            characters = characters[length..];
        }
    }

    private void EncodeSegment(ReadOnlySpan<char> text, List<int> tokens)
    {
        if (_config.EncodeSpecialTokens)
        {
            _tokenizer.Encode(text, tokens);
        }
        else
        {
            _tokenizer.EncodeWithSpecialTokens(text, tokens);
        }
    }
}
