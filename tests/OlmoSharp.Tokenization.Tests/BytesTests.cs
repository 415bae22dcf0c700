using System.Text;
using CsCheck;
using Xunit;

namespace OlmoSharp.Tokenization.Tests;

public sealed class BytesTests
{
    private static readonly Tokenizer Tokenizer = SmallTokenizer.Load();

    private static readonly Gen<byte[]> AnyBytes = Gen.OneOf(
        Gen.Byte.Array[0, 60],
        RandomText.Valid.Select(Encoding.UTF8.GetBytes),
        // UTF-8 in which some bytes are lost or changed, so that characters are cut.
        Gen.Select(RandomText.Valid.Select(Encoding.UTF8.GetBytes), Gen.Select(Gen.Int[0, 1 << 20], Gen.Byte).Array[1, 5]).Select((bytes, damages) =>
        {
            List<byte> damaged = [.. bytes];
            foreach ((int place, byte value) in damages)
            {
                if (damaged.Count > 0 && value % 2 == 0)
                {
                    damaged.RemoveAt(place % damaged.Count);
                }
                else if (damaged.Count > 0)
                {
                    damaged[place % damaged.Count] = value;
                }
            }
            return damaged.ToArray();
        }));

    [Fact]
    public void Any_bytes_come_back() => AnyBytes.Sample(bytes =>
    {
        List<int> ids = [];
        Tokenizer.EncodeBytes(bytes, ids);
        Assert.Equal(bytes, Tokenizer.DecodeToBytes([.. ids]));
        // As text, the parts that are not characters become U+FFFD, as for any decoder of UTF-8.
        Assert.Equal(Encoding.UTF8.GetString(bytes), Tokenizer.Decode([.. ids]));
    }, iter: 5_000);

    [Fact]
    public void The_bytes_of_a_text_have_the_ids_of_the_text() => RandomText.Valid.Sample(text =>
    {
        List<int> ids = [];
        Tokenizer.EncodeBytes(Encoding.UTF8.GetBytes(text), ids);
        Assert.Equal(Tokenizer.Encode(text), ids);
    });

    [Fact]
    public void Bytes_that_are_not_UTF8_are_merged_among_themselves()
    {
        // A token that is a part of a character, longer than one byte.
        int partial = Enumerable.Range(256, 300).First(id => Tokenizer.Decode([id]).Contains('\uFFFD', StringComparison.Ordinal) && Tokenizer.TokenBytes(id)[0] >= 0x80);
        List<int> ids = [];
        Tokenizer.EncodeBytes([(byte)'a', .. Tokenizer.TokenBytes(partial), (byte)'b'], ids);
        Assert.Equal(['a', partial, 'b'], ids);
    }

    [Fact]
    public void A_byte_without_a_token_is_named()
    {
        string json = Encoding.UTF8.GetString(SmallTokenizer.Json);
        string without = json.Replace($"\"{ByteCharacters.ToCharacters([0xC0])}\": 192,", "", StringComparison.Ordinal);
        Assert.NotEqual(json, without);
        Tokenizer tokenizer = TokenizerJsonReader.Read(Encoding.UTF8.GetBytes(without), "x", BpeEncoderKind.Cached);
        Assert.Contains("0xC0", Assert.Throws<TokenizerException>(() => tokenizer.EncodeBytes([0x41, 0xC0, 0xC0], [])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void However_characters_are_cut_into_tokens_they_stream_whole() => Gen.Select(RandomText.Valid, Gen.Int).Sample((text, seed) =>
    {
        // Pre-tokens or single bytes, at random: the ids need not be those of encoding.
        Random random = new(seed);
        List<int> ids = [];
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        for (int start = 0, end; start < bytes.Length; start = end)
        {
            end = Math.Min(bytes.Length, start + random.Next(1, 12));
            if (random.Next(2) == 0)
            {
                Tokenizer.EncodeBytes(bytes.AsSpan(start, end - start), ids);
            }
            else
            {
                ids.AddRange(bytes[start..end].Select(value => (int)value));
            }
        }
        StreamingDecoder decoder = Tokenizer.CreateStreamingDecoder();
        StringBuilder together = new();
        foreach (int id in ids)
        {
            string part = decoder.Append(id);
            Assert.True(part.Length == 0 || (!char.IsLowSurrogate(part[0]) && !char.IsHighSurrogate(part[^1])));
            together.Append(part);
            Assert.StartsWith(together.ToString(), text, StringComparison.Ordinal);
        }
        Assert.Equal("", decoder.Flush());
        Assert.Equal(text, together.ToString());
    });
}
