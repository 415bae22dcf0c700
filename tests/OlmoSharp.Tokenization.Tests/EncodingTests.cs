using System.Text;
using CsCheck;
using Xunit;

namespace OlmoSharp.Tokenization.Tests;

public sealed class EncodingTests
{
    private static readonly BpeEncoderKind[] Kinds = Enum.GetValues<BpeEncoderKind>();

    [Fact]
    public void All_encoders_give_the_ids_of_the_definition_on_any_text()
    {
        NaiveBpe naive = new(SmallTokenizer.Json);
        Tokenizer[] tokenizers = [.. Kinds.Select(SmallTokenizer.Load)];
        RandomText.Any.Sample(text =>
        {
            List<int> expected = [];
            for (int start = 0, end; start < text.Length; start = end)
            {
                end = PreTokenScanner.End(PreTokenPattern.Cl100k, text, start);
                expected.AddRange(naive.Encode(text[start..end]));
            }
            foreach (Tokenizer tokenizer in tokenizers)
            {
                Assert.Equal(expected, tokenizer.Encode(text));
            }
        }, iter: 2_000);
    }

    [Fact]
    public void Reports_the_encoder_it_uses()
    {
        Assert.Equal(Kinds, Kinds.Select(kind => SmallTokenizer.Load(kind).EncoderKind));
        Assert.Equal(BpeEncoderKind.Cached, SmallTokenizer.Load().EncoderKind);
    }

    [Fact]
    public void Decoding_gives_back_valid_text()
    {
        Tokenizer tokenizer = SmallTokenizer.Load();
        RandomText.Valid.Sample(text => Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text))));
    }

    [Fact]
    public void A_lone_surrogate_becomes_the_replacement_character()
    {
        Tokenizer tokenizer = SmallTokenizer.Load();
        RandomText.Any.Sample(text => Assert.Equal(
            Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)), tokenizer.Decode(tokenizer.Encode(text))));
        Assert.Equal("a\uFFFDb", tokenizer.Decode(tokenizer.Encode("a\uD83Db")));
    }

    [Theory]
    [InlineData(BpeEncoderKind.Cached)]
    [InlineData(BpeEncoderKind.Microsoft)]
    [InlineData(BpeEncoderKind.Reference)]
    public void A_megabyte_without_white_space_is_encoded_in_reasonable_time(BpeEncoderKind kind)
    {
        // With time in the square of the length, this would take hours.
        Tokenizer tokenizer = SmallTokenizer.Load(kind);
        string text = new('a', 1_000_000);
        int[] ids = tokenizer.Encode(text);
        Assert.Equal(text, tokenizer.Decode(ids));
        Assert.True(ids.Length < text.Length / 4);
    }

    [Fact]
    public void Forgetting_and_remembering_pre_tokens_changes_nothing()
    {
        Tokenizer cached = SmallTokenizer.Load();
        Tokenizer reference = SmallTokenizer.Load(BpeEncoderKind.Reference);
        // More different words than are remembered at once.
        string text = string.Join(' ', Enumerable.Range(0, 80_000).Select(i => string.Concat(i.ToString("x8").Select(digit => (char)(digit + 49)))));
        int[] expected = reference.Encode(text);
        Assert.Equal(expected, cached.Encode(text));
        Assert.Equal(expected, cached.Encode(text));
    }

    [Fact]
    public void Threads_do_not_disturb_each_other()
    {
        Tokenizer tokenizer = SmallTokenizer.Load();
        string[] texts = [.. Enumerable.Range(0, 400).Select(i => string.Join(' ', SmallTokenizer.Texts) + i)];
        int[][] expected = [.. texts.Select(SmallTokenizer.Load(BpeEncoderKind.Reference).Encode)];
        int[][] found = new int[texts.Length][];
        Parallel.For(0, texts.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => found[i] = tokenizer.Encode(texts[i]));
        Assert.Equal(expected, found);
    }

    [Fact]
    public void Encoding_appends()
    {
        Tokenizer tokenizer = SmallTokenizer.Load();
        List<int> ids = [tokenizer.EndOfTextId];
        tokenizer.Encode("the number", ids);
        Assert.Equal([tokenizer.EndOfTextId, .. tokenizer.Encode("the number")], ids);
    }

    [Fact]
    public void Special_tokens_are_found_only_where_asked_for()
    {
        Tokenizer tokenizer = SmallTokenizer.Load();
        string text = "<|user|>\nHi<|end|><|endoftext|>";
        Assert.DoesNotContain(tokenizer.Encode(text), tokenizer.IsSpecial);
        Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text)));

        int[] ids = tokenizer.EncodeWithSpecialTokens(text);
        Assert.Equal(
            [tokenizer.SpecialTokens["<|user|>"], .. tokenizer.Encode("\nHi"), tokenizer.SpecialTokens["<|end|>"], tokenizer.EndOfTextId], ids);
        Assert.Equal(text, tokenizer.Decode(ids));
        Assert.Equal("\nHi", tokenizer.Decode(ids, skipSpecialTokens: true));
    }

    [Fact]
    public void The_bytes_of_the_tokens_make_up_the_text()
    {
        Tokenizer tokenizer = SmallTokenizer.Load();
        RandomText.Valid.Sample(text =>
        {
            List<byte> bytes = [];
            foreach (int id in tokenizer.Encode(text))
            {
                bytes.AddRange(tokenizer.TokenBytes(id));
            }
            Assert.Equal(Encoding.UTF8.GetBytes(text), bytes);
        });
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(600)]
    [InlineData(int.MaxValue)]
    public void An_id_that_no_token_has_is_refused(int id)
    {
        Tokenizer tokenizer = SmallTokenizer.Load();
        Assert.Equal(600, tokenizer.VocabularySize);
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.Decode([id]));
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.TokenBytes(id).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.CreateStreamingDecoder().Append(id));
    }
}
