using System.IO.Compression;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Microsoft.ML.Tokenizers;
using Xunit;

namespace OlmoSharp.Tokenization.Tests;

/// <summary>GPT-4's vocabulary, whose ranks are turned into merges, against Microsoft's own tiktoken encoder.</summary>
public sealed class Cl100kTests
{
    private static readonly Dictionary<string, int> Ranks = ReadRanks();
    private static readonly TiktokenTokenizer Tiktoken = TiktokenTokenizer.CreateForEncoding("cl100k_base");
    private static readonly Lazy<Tokenizer> Ours = new(() => TokenizerJsonReader.Read(ToTokenizerJson(), "cl100k", BpeEncoderKind.Cached));

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

    /// <summary>Finds for each token the two that it was merged from: what the merges before it leave of its bytes.</summary>
    private static byte[] ToTokenizerJson()
    {
        JsonArray merges = [];
        JsonObject vocabulary = [];
        foreach ((string token, int rank) in Ranks.OrderBy(token => token.Value))
        {
            vocabulary[Characters(token)] = rank;
            if (token.Length > 1)
            {
                List<string> parts = [.. token.Select(value => value.ToString())];
                while (parts.Count > 2)
                {
                    int best = 0;
                    int bestRank = int.MaxValue;
                    for (int i = 0; i + 1 < parts.Count; i++)
                    {
                        if (Ranks.TryGetValue(parts[i] + parts[i + 1], out int pairRank) && pairRank < bestRank)
                        {
                            (best, bestRank) = (i, pairRank);
                        }
                    }
                    Assert.True(bestRank < rank);
                    parts[best] += parts[best + 1];
                    parts.RemoveAt(best + 1);
                }
                merges.Add(new JsonArray(Characters(parts[0]), Characters(parts[1])));
            }
        }
        JsonNode tokenizer = JsonNode.Parse(SmallTokenizer.Json)!;
        tokenizer["added_tokens"] = new JsonArray();
        tokenizer["model"]!["vocab"] = vocabulary;
        tokenizer["model"]!["merges"] = merges;
        return Encoding.UTF8.GetBytes(tokenizer.ToJsonString());
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

    private static string Characters(string latin1) => ByteCharacters.ToCharacters(Encoding.Latin1.GetBytes(latin1));
}
