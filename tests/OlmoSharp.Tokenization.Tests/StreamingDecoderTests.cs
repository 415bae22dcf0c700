using System.Text;
using CsCheck;
using Xunit;

namespace OlmoSharp.Tokenization.Tests;

public sealed class StreamingDecoderTests
{
    private static readonly Tokenizer Tokenizer = SmallTokenizer.Load();

    [Fact]
    public void Valid_text_comes_in_whole_characters() => RandomText.Valid.Sample(text =>
    {
        StreamingDecoder decoder = Tokenizer.CreateStreamingDecoder();
        StringBuilder together = new();
        List<byte> bytes = [];
        foreach (int id in Tokenizer.Encode(text))
        {
            string part = decoder.Append(id);
            together.Append(part);
            bytes.AddRange(Tokenizer.TokenBytes(id));
            Assert.Equal(part, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(part))); // no half of a surrogate pair
            // Held back is less than a character: at most three bytes.
            Assert.StartsWith(together.ToString(), text, StringComparison.Ordinal);
            Assert.InRange(bytes.Count - Encoding.UTF8.GetByteCount(together.ToString()), 0, 3);
        }
        Assert.Equal("", decoder.Flush());
        Assert.Equal(text, together.ToString());
    });

    [Fact]
    public void Any_ids_give_what_decoding_them_at_once_gives() => Gen.Select(Gen.Int[0, Tokenizer.VocabularySize - 1].Array[0, 60], Gen.Bool).Sample((ids, skip) =>
    {
        StreamingDecoder decoder = Tokenizer.CreateStreamingDecoder(skip);
        string parts = string.Concat(ids.Select(decoder.Append)) + decoder.Flush();
        Assert.Equal(Tokenizer.Decode(ids, skip), parts);
    }, iter: 5_000);

    [Fact]
    public void A_character_cut_short_comes_out_on_flushing()
    {
        StreamingDecoder decoder = Tokenizer.CreateStreamingDecoder();
        Assert.Equal("", decoder.Append(0xE6));
        Assert.Equal("\uFFFD", decoder.Flush());
        Assert.Equal("a", decoder.Append('a'));
        Assert.Equal("", decoder.Flush());
    }
}
