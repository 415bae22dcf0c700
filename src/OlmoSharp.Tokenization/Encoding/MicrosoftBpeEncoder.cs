using System.Text;
using Microsoft.ML.Tokenizers;

namespace OlmoSharp.Tokenization;

/// <summary>Byte-level BPE by Microsoft.ML.Tokenizers. It is given pre-tokens one by one: its own way to split works on UTF-16 units and so differs from that of
/// tiktoken and Hugging Face for characters beyond U+FFFF. Pre-tokens longer than <see cref="LongestGiven"/> are left to <see cref="ReferenceBpeEncoder"/>,
/// because the library's time grows with the square of their length.</summary>
internal sealed class MicrosoftBpeEncoder : BpeEncoder
{
    /// <summary>The longest pre-token that the library gets, in UTF-16 units.</summary>
    public const int LongestGiven = 1024;

    private readonly BpeModel _model;
    private readonly PreTokenPattern _pattern;
    private readonly BpeTokenizer _tokenizer;

    public MicrosoftBpeEncoder(BpeModel model, PreTokenPattern pattern)
    {
        _model = model;
        _pattern = pattern;
        List<KeyValuePair<string, int>> vocabulary = [];
        for (int id = 0; id < model.Tokens.Count; id++)
        {
            if (model.Tokens[id] is byte[] token)
            {
                vocabulary.Add(new(ByteCharacters.ToCharacters(token), id));
            }
        }
        string Characters(int id) => ByteCharacters.ToCharacters(model.Tokens[id]!);
        _tokenizer = BpeTokenizer.Create(new BpeOptions(vocabulary)
        {
            Merges = model.Merges.Select(merge => $"{Characters(merge.Left)} {Characters(merge.Right)}"),
            ByteLevel = true,
        });
    }

    /// <inheritdoc/>
    public override BpeEncoderKind Kind => BpeEncoderKind.Microsoft;

    /// <inheritdoc/>
    public override void Encode(ReadOnlySpan<char> text, List<int> ids)
    {
        if (text.ContainsAnyInRange('\uD800', '\uDFFF'))
        {
            // The library would write the bytes of a lone surrogate, which are not UTF-8.
            text = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.ToString()));
        }
        for (int start = 0, end; start < text.Length; start = end)
        {
            end = PreTokenScanner.End(_pattern, text, start);
            ReadOnlySpan<char> preToken = text[start..end];
            if (preToken.Length > LongestGiven)
            {
                ReferenceBpeEncoder.EncodePreToken(_model, Encoding.UTF8.GetBytes(preToken.ToString()), ids);
            }
            else
            {
                ids.AddRange(_tokenizer.EncodeToIds(preToken, considerPreTokenization: false, considerNormalization: false));
            }
        }
    }
}
