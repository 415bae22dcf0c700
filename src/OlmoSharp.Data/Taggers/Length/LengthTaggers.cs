using System.Text;
using OlmoSharp.Data.Texts;

namespace OlmoSharp.Data.Taggers.Length;

/// <summary>The taggers that measure how long a text is.</summary>
internal static class LengthTaggers
{
    public static IEnumerable<TaggerDescription> All =>
    [
        Document("bytes_length_v1", "bytes", "bytes of the document in UTF-8", document => document.Text.Length),
        Document("char_length_v1", "length", "code points of the document", document => document.CodePoints.Count),
        Document("char_length_strip_ws_v1", "length_no_ws", "code points of the document without white space at its start and end", document => CodePoints.CountIn(WhiteSpace.Trim(document.Text))),
        Document("doc_count_v1", "docs", "1 for each document", _ => 1),
        Document("whitespace_tokenizer_v1", "length", @"pieces that the expression \w+|[^\w\s]+ leaves when it splits the document", document => Pieces(document.Text)),
        Document("uniseg_length_v1", "length", "segments of the document by UAX #29, those of white space too", document => Segments(WhiteSpace.Trim(document.Text))),
        Document("olmo_pretokenizer_v1", "length", "pieces of the document: each punctuation mark and digit by itself, the rest as GPT-2 splits it", document => OlmoPreTokens.Count(document.Text)),
        TaggerDescription.Of("char_length_with_paragraphs_v1", "code points of each paragraph and of the document", () => new CharLengthParagraphTagger()),
        TaggerDescription.Of("whitespace_tokenizer_with_paragraphs_v1", "as whitespace_tokenizer_v1, of each paragraph, and their sum", () => new ParagraphLengthTagger(Pieces)),
        TaggerDescription.Of("olmo_pretokenizer_with_paragraphs_v1", "as olmo_pretokenizer_v1, of each paragraph, and their sum", () => new ParagraphLengthTagger(OlmoPreTokens.Count)),
        TaggerDescription.Of("uniseg_length_paragraphs_v1", "words of each paragraph by UAX #29, and the same negative", () => new UnicodeWordParagraphTagger(withEmpty: false, withDocument: false)),
        TaggerDescription.Of("uniseg_length_paragraphs_with_empty_v1", "as uniseg_length_paragraphs_v1, also of paragraphs of white space alone", () => new UnicodeWordParagraphTagger(withEmpty: true, withDocument: false)),
        TaggerDescription.Of("uniseg_length_paragraphs_with_doc_length_v1", "as uniseg_length_paragraphs_v1, and their sums", () => new UnicodeWordParagraphTagger(withEmpty: false, withDocument: true)) with
        {
            Thresholds = [new("document", "< 25", "Dolma 1.6 (Wikipedia and books)")],
        },
        Tokens("dolma_v1_tokenizer", "the tokenizer is meant to be allenai/gpt-neox-olmo-dolma-v1_5"),
        Tokens("dolma_v2_tokenizer", "the tokenizer is meant to be allenai/dolma2-tokenizer"),
    ];

    private static TaggerDescription Document(string name, string type, string summary, Func<TaggedDocument, int> measure) =>
        TaggerDescription.Of(name, summary, () => new DocumentLengthTagger(type, measure));

    private static TaggerDescription Tokens(string name, string which) =>
        TaggerDescription.Of<TokenizerParameters>(name, $"tokens of the document without white space at its start and end; {which}", parameters =>
        {
            var tokenizer = TaggerTokenizer.Load(parameters.Tokenizer);
            return () =>
            {
                var ids = new List<int>();
                return new DocumentLengthTagger("length", document =>
                {
                    ids.Clear();
                    tokenizer.Encode(Encoding.UTF8.GetString(WhiteSpace.Trim(document.Text)), ids);
                    return ids.Count;
                });
            };
        });

    /// <summary>Splitting at n places leaves n + 1 pieces.</summary>
    private static int Pieces(ReadOnlySpan<byte> utf8) => WordRuns.Count(utf8) + 1;

    private static int Segments(ReadOnlySpan<byte> utf8)
    {
        var count = 0;
        for (var at = 0; at < utf8.Length; at = UnicodeWords.SegmentEnd(utf8, at))
        {
            count++;
        }

        return count;
    }
}
