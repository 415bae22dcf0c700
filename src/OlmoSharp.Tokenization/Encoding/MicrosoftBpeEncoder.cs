using Microsoft.ML.Tokenizers;

namespace OlmoSharp.Tokenization;

/// <summary>Byte-level BPE by Microsoft.ML.Tokenizers, fed with our pre-tokens because its own split characters beyond U+FFFF otherwise than tiktoken and Hugging Face do.</summary>
internal sealed class MicrosoftBpeEncoder : BpeEncoder
{
    private readonly BpeTokenizer _tokenizer;

    public MicrosoftBpeEncoder(BpeModel model, PreTokenPattern pattern)
    {
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
            PreTokenizer = new ScannerPreTokenizer(pattern),
        });
    }

    /// <inheritdoc/>
    public override BpeEncoderKind Kind => BpeEncoderKind.Microsoft;

    /// <inheritdoc/>
    public override void Encode(ReadOnlySpan<char> text, List<int> ids) =>
        ids.AddRange(_tokenizer.EncodeToIds(text, considerPreTokenization: true, considerNormalization: false));

    private sealed class ScannerPreTokenizer(PreTokenPattern pattern) : PreTokenizer
    {
        public override IEnumerable<(int Offset, int Length)> PreTokenize(string text)
        {
            for (int start = 0, end; start < text.Length; start = end)
            {
                end = PreTokenScanner.End(pattern, text, start);
                yield return (start, end - start);
            }
        }

        public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text) => PreTokenize(text.ToString());
    }
}
