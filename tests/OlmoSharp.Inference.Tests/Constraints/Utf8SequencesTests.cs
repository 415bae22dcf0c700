using System.Text;
using CsCheck;
using OlmoSharp.Inference.Constraints;
using Xunit;

namespace OlmoSharp.Inference.Tests.Constraints;

public class Utf8SequencesTests
{
    [Fact]
    public void Every_character_is_matched_once()
    {
        var sequences = Utf8Sequences.Of(0, 0x10FFFF).ToList();
        var bytes = new byte[4];
        for (var code = 0; code <= 0x10FFFF; code += code is > 0x3000 and < 0xD000 or > 0x11000 ? 7 : 1)
        {
            if (Rune.IsValid(code))
            {
                Assert.Equal(1, Matches(sequences, bytes.AsSpan(0, new Rune(code).EncodeToUtf8(bytes))));
            }
        }
    }

    [Fact]
    public void Ranges_match_their_own_characters_only() => Gen.Select(Gen.Int[0, 0x10FFFF], Gen.Int[0, 0x10FFFF], Gen.Int[0, 0x10FFFF]).Sample((a, b, code) =>
    {
        var (low, high) = (Math.Min(a, b), Math.Max(a, b));
        var sequences = Utf8Sequences.Of(low, high).ToList();
        foreach (var near in new[] { code, low - 1, low, low + 1, high - 1, high, high + 1 }.Where(Rune.IsValid))
        {
            var bytes = new byte[4];
            Assert.Equal(near >= low && near <= high ? 1 : 0, Matches(sequences, bytes.AsSpan(0, new Rune(near).EncodeToUtf8(bytes))));
        }
    });

    /// <summary>What RFC 3629 forbids: surrogates, spellings that are too long, and bytes beyond the last character.</summary>
    [Fact]
    public void Ill_formed_sequences_are_not_matched()
    {
        var sequences = Utf8Sequences.Of(0, 0x10FFFF).ToList();
        foreach (byte[] bytes in new byte[][] { [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80], [0xFF] })
        {
            Assert.Equal(0, Matches(sequences, bytes));
        }
    }

    private static int Matches(List<(byte Low, byte High)[]> sequences, ReadOnlySpan<byte> bytes)
    {
        var count = 0;
        foreach (var sequence in sequences)
        {
            var fits = sequence.Length == bytes.Length;
            for (var i = 0; fits && i < bytes.Length; i++)
            {
                fits = sequence[i].Low <= bytes[i] && bytes[i] <= sequence[i].High;
            }

            count += fits ? 1 : 0;
        }

        return count;
    }
}
