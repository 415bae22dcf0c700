using System.Text;

namespace OlmoSharp.Tokenization;

/// <summary>Turns ids that come one at a time into text, holding back the bytes of a character until it is complete.
/// What <see cref="Append"/> and <see cref="Flush"/> return is, put together, what <see cref="Tokenizer.Decode"/> returns for the same ids.
/// For one thread at a time.</summary>
public sealed class StreamingDecoder
{
    private readonly Tokenizer _tokenizer;
    private readonly bool _skipSpecialTokens;
    private readonly Decoder _utf8 = Encoding.UTF8.GetDecoder();
    private char[] _characters = new char[64];

    internal StreamingDecoder(Tokenizer tokenizer, bool skipSpecialTokens)
    {
        _tokenizer = tokenizer;
        _skipSpecialTokens = skipSpecialTokens;
    }

    /// <summary>Takes one more id and returns the characters that it completes, possibly none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id that no token has.</exception>
    public string Append(int id) =>
        _skipSpecialTokens && _tokenizer.IsSpecial(id) ? "" : Decode(_tokenizer.TokenBytes(id), flush: false);

    /// <summary>Ends the text: a character still incomplete comes out as U+FFFD. The decoder is then as new.</summary>
    public string Flush() => Decode([], flush: true);

    private string Decode(ReadOnlySpan<byte> bytes, bool flush)
    {
        int most = Encoding.UTF8.GetMaxCharCount(bytes.Length);
        if (_characters.Length < most)
        {
            _characters = new char[most];
        }
        int count = _utf8.GetChars(bytes, _characters, flush);
        return new string(_characters, 0, count);
    }
}
