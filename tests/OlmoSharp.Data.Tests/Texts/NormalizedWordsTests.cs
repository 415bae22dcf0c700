using System.Globalization;
using System.Text;
using CsCheck;
using OlmoSharp.Data.Texts;
using Xunit;

namespace OlmoSharp.Data.Tests.Texts;

public sealed class NormalizedWordsTests
{
    private const string Unspaced = "中々ぬカ゚かﾊ한กກက𠀋";
    private const string Ascii = "aBzZ09 _'.\n\0@[`{/:";
    private static readonly string[] Foreign =
    [
        "é", "É", "ß", "İ", "\u212A", "Ⱥ", "Я", "ё", "\u0301", "\u20DD", "\u3099", "٣", "²", "½", "𐐀", "𝔄", "😀", "\u00A0", "\u3000", "…", "’",
    ];

    [Fact]
    public void Words_are_those_of_an_implementation_on_strings()
    {
        var characters = Gen.OneOf(
            Gen.Int[0, Ascii.Length - 1].Select(index => Ascii[index].ToString()),
            Gen.Int[0, Foreign.Length - 1].Select(index => Foreign[index]),
            Gen.Int[0, 12].Select(index => Unspaced.EnumerateRunes().ElementAt(index % Unspaced.EnumerateRunes().Count()).ToString()));
        // Runs, so that words reach over the blocks of 64 bytes.
        var run = Gen.Select(characters, Gen.Int[1, 90].Where(length => length < 4 || length % 7 == 0), (character, length) => string.Concat(Enumerable.Repeat(character, length)));
        run.Array[0, 40].Select(string.Concat).Sample(Check, iter: 300);
        Gen.String[Gen.Char.AlphaNumeric, 0, 300].Sample(Check);
        Gen.OneOf(characters, Gen.Const(" ")).Array[0, 300].Select(string.Concat).Sample(Check);
    }

    [Fact]
    public void Every_character_is_what_its_category_says()
    {
        Span<byte> text = stackalloc byte[6];
        for (var value = 0; value <= 0x10FFFF; value++)
        {
            if (!Rune.IsValid(value))
            {
                continue;
            }

            var rune = new Rune(value);
            var isWord = Rune.GetUnicodeCategory(rune) is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
                or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
                or UnicodeCategory.EnclosingMark or UnicodeCategory.DecimalDigitNumber;
            text.Fill((byte)'+');
            var end = 1 + rune.EncodeToUtf8(text[1..]);
            var words = new NormalizedWords(text[..(end + 1)]);
            if (words.MoveNext() != isWord || (isWord && (words.Current != new NormalizedWord(NaiveHash(Rune.ToLowerInvariant(rune).ToString()), 1, end) || words.MoveNext())))
            {
                Assert.Fail($"U+{value:X4}");
            }
        }
    }

    [Theory]
    [InlineData("The QUICK_brown fox's 3rd-best", "the|quick|brown|fox|s|3rd|best")]
    [InlineData("Ünïcode: ЁЛКА, e\u0301te\u0301!", "ünïcode|ёлка|e\u0301te\u0301")]
    [InlineData("日本語のテスト v2を使う", "日|本|語|の|テ|ス|ト|v2|を|使|う")]
    [InlineData("x中y か\u3099 กำ한국", "x|中|y|か\u3099|ก|ำ|한|국")]
    [InlineData("ひ゛", "ひ")]
    [InlineData("", "")]
    [InlineData(" \t…—", "")]
    public void Words_are_lower_case_without_punctuation(string text, string words)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var found = Words(utf8);
        string[] expected = words.Length == 0 ? [] : words.Split('|');
        Assert.Equal(expected.Select(NaiveHash), found.Select(word => word.Hash));
        Assert.Equal(expected, found.Select(word => Encoding.UTF8.GetString(utf8.AsSpan(word.Start..word.End)).ToLowerInvariant()));
    }

    [Fact]
    public void Hashes_stay_what_they_are()
    {
        // By hand: 'a' in the highest byte, the length's product on it, times the multiplier, folded.
        const ulong one = (0x61UL << 56) ^ 0xD6E8FEB86659FD93;
        var product = (UInt128)one * 0x9E3779B97F4A7C15;
        Assert.Equal((ulong)(product >> 64) ^ (ulong)product, Words("A"u8.ToArray()).Single().Hash);
    }

    private static void Check(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        Assert.Equal(Naive(text), Words(utf8));
    }

    private static List<NormalizedWord> Words(byte[] utf8)
    {
        List<NormalizedWord> words = [];
        foreach (var word in new NormalizedWords(utf8))
        {
            words.Add(word);
        }

        return words;
    }

    private static List<NormalizedWord> Naive(string text)
    {
        List<NormalizedWord> words = [];
        var (word, start, position, isWhole) = ("", 0, 0, false);
        foreach (var rune in text.EnumerateRunes().Append(new Rune(' ')))
        {
            var isMark = CharUnicodeInfo.GetUnicodeCategory(rune.Value) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;
            var isPart = isMark || Rune.IsLetter(rune) || Rune.IsDigit(rune);
            var begins = Unspaced.Contains(rune.ToString(), StringComparison.Ordinal) && !isMark;
            if (word.Length > 0 && (!isPart || begins || (isWhole && !isMark)))
            {
                words.Add(new NormalizedWord(NaiveHash(word), start, position));
                word = "";
            }

            if (isPart)
            {
                (start, isWhole) = word.Length == 0 ? (position, begins) : (start, isWhole);
                word += rune.ToString().ToLowerInvariant();
            }

            position += rune.Utf8SequenceLength;
        }

        return words;
    }

    private static ulong NaiveHash(string word)
    {
        var bytes = Encoding.UTF8.GetBytes(word);
        ulong hash = 0;
        for (var start = 0; start < bytes.Length; start += 8)
        {
            ulong number = 0;
            var part = bytes.Skip(start).Take(8).ToArray();
            for (var i = 0; i < part.Length; i++)
            {
                number += (ulong)part[i] << (8 * (8 - part.Length + i));
            }

            var isLast = start + 8 >= bytes.Length;
            var product = (UInt128)(hash ^ number ^ (isLast ? unchecked((ulong)bytes.Length * 0xD6E8FEB86659FD93) : 0)) * 0x9E3779B97F4A7C15;
            hash = (ulong)(product >> 64) ^ (ulong)product;
        }

        return hash;
    }
}
