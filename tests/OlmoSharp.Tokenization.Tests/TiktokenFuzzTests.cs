using CsCheck;
using OlmoSharp.Fuzzing;
using Xunit;

namespace OlmoSharp.Tokenization.Tests;

public sealed class TiktokenFuzzTests
{
    [Fact]
    public void A_damaged_rank_file_is_sound_or_refused()
    {
        byte[] original = [.. Enumerable.Range(0, 256).Select(value => new[] { (byte)value }).Concat(["ab"u8.ToArray(), "abab"u8.ToArray(), " the"u8.ToArray()])
            .SelectMany((token, rank) => System.Text.Encoding.ASCII.GetBytes($"{Convert.ToBase64String(token)} {rank}\n"))];
        // Hardly a damage leaves such a file sound, so that some stay as they are.
        Gen<byte[]> files = Gen.Frequency((49, Mutation.Few.Select(mutations => mutations.Aggregate(original, ByteMutation.Apply))), (1, Gen.Const(original)));
        FuzzRun.Load("tiktoken", files, bytes =>
        {
            try
            {
                byte[] json = TiktokenFile.Convert(bytes, "x.tiktoken", PreTokenPattern.O200k, [new("<|endoftext|>", null)]);
                Tokenizer tokenizer = TokenizerJsonReader.Read(json, "x.tiktoken", BpeEncoderKind.Cached);
                Assert.Equal("abab the \u00E9", tokenizer.Decode(tokenizer.Encode("abab the \u00E9")));
                return true;
            }
            catch (TokenizerException exception)
            {
                Assert.StartsWith("x.tiktoken: ", exception.Message, StringComparison.Ordinal);
                return false;
            }
        });
    }
}
