using System.Text;
using CsCheck;
using Xunit;

namespace OlmoSharp.Tokenization.Tests;

public sealed class TiktokenFileTests
{
    private static readonly Gen<string[]> Tokens = Gen.OneOf(
        Gen.String[Gen.Char["ab"], 2, 6].Array[0, 12],
        Gen.String[Gen.Char["abc "], 2, 4].Array[0, 30]);

    /// <summary>Any tokens in any order, also such as merging leads to only through a token of a higher rank, or not at all.</summary>
    [Fact]
    public void Gives_the_ids_of_tiktoken_s_definition_whatever_the_ranks() =>
        Gen.Select(Tokens, Gen.String[Gen.Char["abc "], 0, 30].Array[20]).Sample((tokens, texts) =>
        {
            using TemporaryFolder folder = new();
            string[] distinct = [.. tokens.Distinct()];
            string file = Write(folder, [.. distinct.Select(Encoding.UTF8.GetBytes)]);
            Tokenizer tokenizer = Tokenizer.LoadTiktoken(file, PreTokenPattern.Gpt2, [new("<|endoftext|>", null)]);
            Assert.Equal(256 + distinct.Length, tokenizer.EndOfTextId);

            Dictionary<string, int> ranks = Enumerable.Range(0, 256).ToDictionary(value => ((char)value).ToString(), value => value);
            foreach (string token in distinct)
            {
                ranks.Add(token, ranks.Count);
            }
            tokenizer.Save(folder.File("tokenizer.json"));
            Tokenizer saved = Tokenizer.Load(folder.Path);
            foreach (string text in texts)
            {
                List<int> expected = [];
                for (int start = 0, end; start < text.Length; start = end)
                {
                    end = PreTokenScanner.End(PreTokenPattern.Gpt2, text, start);
                    expected.AddRange(EncodeByRanks(text[start..end], ranks));
                }
                Assert.Equal(expected, tokenizer.Encode(text));
                Assert.Equal(expected, saved.Encode(text));
            }
        }, iter: 500);

    [Theory]
    [InlineData("YQ== 0\nYg==\n", "line 2", "base64, a space and a rank")]
    [InlineData("YQ== 0\nYg== 1 2\n", "line 2", "base64, a space and a rank")]
    [InlineData("YQ== 0\nYg== x\n", "line 2", "base64, a space and a rank")]
    [InlineData("YQ== 0\n\n!! 1\n", "line 3", "not base64")]
    [InlineData("YQ== 0\nYg== 0\n", "line 2", "the rank 0 is another token's")]
    [InlineData("YQ== 0\nYQ== 1\n", "line 2", "occurs twice")]
    [InlineData("YQ== 0\nYg== -1\n", "line 2", "the rank is -1")]
    [InlineData("YQ== 2000000000\n", "line 1", "the rank is 2000000000")]
    [InlineData("YQ== 0\n", "", "no token for the byte 0x00")]
    [InlineData("", "", "no token for the byte 0x00")]
    public void A_fault_is_told_with_file_line_and_reason(string content, string place, string reason)
    {
        using TemporaryFolder folder = new();
        string file = folder.File("x.tiktoken");
        File.WriteAllText(file, content);
        string message = Assert.Throws<TokenizerException>(() => Tokenizer.LoadTiktoken(file, PreTokenPattern.Cl100k, [])).Message;
        Assert.StartsWith($"{file}: {place}", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_too_long_to_be_one_is_refused()
    {
        using TemporaryFolder folder = new();
        string message = Assert.Throws<TokenizerException>(() =>
            Tokenizer.LoadTiktoken(Write(folder, [new byte[1025]]), PreTokenPattern.Cl100k, [])).Message;
        Assert.Contains("line 257: the token has 1025 bytes", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<|x|>", 3, "cannot have the id 3")]
    [InlineData("<|x|>", -1, "cannot have the id -1")]
    [InlineData("<|x|>", int.MaxValue, "cannot have the id 2147483647")]
    [InlineData("<|y|>", 300, "cannot have the id 300")]
    [InlineData("<|endoftext|>", null, "given twice")]
    [InlineData("", null, "empty")]
    [InlineData("ab", null, "token of text already")]
    public void A_special_token_that_does_not_fit_is_refused(string name, int? id, string reason)
    {
        using TemporaryFolder folder = new();
        string file = Write(folder, ["ab"u8.ToArray()]);
        string message = Assert.Throws<TokenizerException>(() =>
            Tokenizer.LoadTiktoken(file, PreTokenPattern.Cl100k, [new("<|endoftext|>", 300), new(name, id)])).Message;
        Assert.StartsWith(file, message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Special_tokens_without_an_id_follow_the_largest()
    {
        using TemporaryFolder folder = new();
        Tokenizer tokenizer = Tokenizer.LoadTiktoken(
            Write(folder, ["ab"u8.ToArray()]), PreTokenPattern.Cl100k, [new("<|endoftext|>", null), new("<|im_start|>", 300), new("<|pad|>", null)]);
        Assert.Equal((301, 302), (tokenizer.EndOfTextId, tokenizer.PaddingId));
        Assert.Equal([300, 256, 301], tokenizer.EncodeWithSpecialTokens("<|im_start|>ab<|endoftext|>"));
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.StartsWith("/none/x.tiktoken: there is no such file", Assert.Throws<TokenizerException>(() =>
            Tokenizer.LoadTiktoken("/none/x.tiktoken", PreTokenPattern.Cl100k, [])).Message, StringComparison.Ordinal);

    /// <summary>The bytes have their values as ranks; the tokens follow.</summary>
    private static string Write(TemporaryFolder folder, byte[][] tokens)
    {
        string file = folder.File("ranks.tiktoken");
        byte[][] all = [.. Enumerable.Range(0, 256).Select(value => new[] { (byte)value }), .. tokens];
        File.WriteAllLines(file, all.Select((token, rank) => $"{Convert.ToBase64String(token)} {rank}"));
        return file;
    }

    /// <summary>tiktoken's definition: a pre-token that is a token is that; else the two leftmost neighbours that together have the least rank become one.</summary>
    private static List<int> EncodeByRanks(string preToken, Dictionary<string, int> ranks)
    {
        if (ranks.TryGetValue(preToken, out int whole))
        {
            return [whole];
        }
        List<string> parts = [.. preToken.Select(letter => letter.ToString())];
        while (true)
        {
            int best = Enumerable.Range(0, Math.Max(0, parts.Count - 1)).Where(i => ranks.ContainsKey(parts[i] + parts[i + 1]))
                .OrderBy(i => ranks[parts[i] + parts[i + 1]]).ThenBy(i => i).FirstOrDefault(-1);
            if (best < 0)
            {
                return [.. parts.Select(part => ranks[part])];
            }
            parts[best] += parts[best + 1];
            parts.RemoveAt(best + 1);
        }
    }
}
