using System.IO.Compression;
using System.Reflection;
using System.Text;
using CsCheck;
using Microsoft.ML.Tokenizers;
using Xunit;

namespace OlmoSharp.Tokenization.Tests;

/// <summary>GPT-4's vocabulary, whose rank file is turned into merges, against Microsoft's own tiktoken encoder.</summary>
public sealed class Cl100kTests
{
    private static readonly Dictionary<string, int> Ranks = ReadRanks();
    private static readonly TiktokenTokenizer Tiktoken = TiktokenTokenizer.CreateForEncoding("cl100k_base");
    private static readonly Lazy<Tokenizer> Ours = new(() => Load());

    [Fact]
    public void Gives_the_published_ids()
    {
        // From the read-me and the cookbook of tiktoken.
        Assert.Equal([15339, 1917], Ours.Value.Encode("hello world"));
        Assert.Equal([83, 1609, 5963, 374, 2294, 0], Ours.Value.Encode("tiktoken is great!"));
        Assert.Equal("お誕生日おめでとう", Ours.Value.Decode([33334, 45918, 243, 21990, 9080, 33334, 62004, 16556, 78699]));
    }

    [Fact]
    public void Gives_the_ids_of_tiktoken_where_its_expression_works_on_characters() => RandomText.BasicPlane
        .Where(text => !text.Contains("'\u017F", StringComparison.Ordinal))
        .Sample(text => Assert.Equal(Tiktoken.EncodeToIds(text), Ours.Value.Encode(text)), iter: 3_000);

    [Fact]
    public void Gives_the_ids_of_tiktoken_for_every_pre_token() => RandomText.Valid.Sample(text =>
    {
        for (int start = 0, end; start < text.Length; start = end)
        {
            end = PreTokenScanner.End(PreTokenPattern.Cl100k, text, start);
            string preToken = text[start..end];
            // Without pre-tokenization tiktoken's merges work on the whole.
            Assert.Equal(Tiktoken.EncodeToIds(preToken, considerPreTokenization: false), Encode(preToken));
        }

        static List<int> Encode(string preToken)
        {
            List<int> ids = [];
            Ours.Value.Encode(preToken, ids);
            return ids;
        }
    }, iter: 2_000);

    [Fact]
    public void Encodes_each_token_as_itself_where_it_is_text()
    {
        foreach ((string bytes, int id) in Ranks)
        {
            string text = Ours.Value.Decode([id]);
            if (!text.Contains('\uFFFD', StringComparison.Ordinal) && PreTokenScanner.End(PreTokenPattern.Cl100k, text, 0) == text.Length)
            {
                Assert.Equal([id], Ours.Value.Encode(text));
            }
            Assert.Equal(bytes, Encoding.Latin1.GetString(Ours.Value.TokenBytes(id)));
        }
    }

    [Fact]
    public void Has_the_published_ids_of_dolma2()
    {
        // From the tokenizer_config.json of OLMo 2: GPT-4's tokens, and these special ones among others.
        Tokenizer dolma2 = Load(
            new("<|endoftext|>", 100257), new("<|fim_prefix|>", 100258), new("<|fim_middle|>", 100259), new("<|fim_suffix|>", 100260),
            new("<|im_start|>", 100264), new("<|im_end|>", 100265), new("<|endofprompt|>", 100276), new("<|pad|>", 100277));
        Assert.Equal(100278, dolma2.VocabularySize);
        Assert.Equal((100257, 100277), (dolma2.EndOfTextId, dolma2.PaddingId));
        // A turn of a chat in ChatML, with the ids that tiktoken's users know.
        Assert.Equal([100264, 882, 198, 9906, 1917, 100265, 198], dolma2.EncodeWithSpecialTokens("<|im_start|>user\nHello world<|im_end|>\n"));
    }

    private static Tokenizer Load(params KeyValuePair<string, int?>[] specialTokens)
    {
        using TemporaryFolder folder = new();
        string file = folder.File("cl100k_base.tiktoken");
        File.WriteAllLines(file, Ranks.Select(token => $"{Convert.ToBase64String(Encoding.Latin1.GetBytes(token.Key))} {token.Value}"));
        return Tokenizer.LoadTiktoken(file, PreTokenPattern.Cl100k, specialTokens);
    }

    /// <summary>The ranks that the data package carries, by the bytes of the tokens as Latin-1: after a first line, one token a line in order of rank.</summary>
    private static Dictionary<string, int> ReadRanks()
    {
        Assembly data = Assembly.Load("Microsoft.ML.Tokenizers.Data.Cl100kBase");
        using Stream compressed = data.GetManifestResourceStream("cl100k_base.tiktoken.deflate")!;
        using StreamReader reader = new(new DeflateStream(compressed, CompressionMode.Decompress));
        string[] lines = reader.ReadToEnd().Split('\n')[1..];
        return Enumerable.Range(0, lines.Length).Where(rank => lines[rank].Length > 0)
            .ToDictionary(rank => Encoding.Latin1.GetString(Convert.FromBase64String(lines[rank])), rank => rank);
    }
}
