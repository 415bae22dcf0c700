using System.Text;
using CsCheck;
using OlmoSharp.Data.Texts;
using Xunit;

namespace OlmoSharp.Data.Tests.Texts;

public sealed class LowerCaseTests
{
    // What Python 3 prints for str.lower().
    [Theory]
    [InlineData("HELLO World 123", "hello world 123")]
    [InlineData("ÄÖÜ ẞ STRASSE", "äöü ß strasse")]
    [InlineData("İSTANBUL", "i\u0307stanbul")]
    [InlineData("ΟΔΥΣΣΕΥΣ ΣΑΣ, Σ", "οδυσσευς σας, σ")]
    [InlineData("K Ⱥ ǅ Ა 𐐀", "k ⱥ ǆ ა 𐐨")]
    [InlineData("猫 雨", "猫 雨")]
    [InlineData("", "")]
    public void Letters_are_made_small_as_Python_makes_them(string text, string expected) => Assert.Equal(expected, Lower(text));

    [Fact]
    public void Texts_of_other_letters_are_those_of_the_runtime() => Gen.OneOf(Gen.Char['\0', '\u007f'], Gen.Char['À', '\u024f'], Gen.Char['А', 'я'], Gen.Char['一', '丿']).Array[0, 80].Sample(
        characters =>
        {
            var text = new string(characters).Replace("İ", "", StringComparison.Ordinal);
            Assert.Equal(text.ToLowerInvariant(), Lower(text));
        },
        iter: 300,
        threads: 1);

    private static string Lower(string text) => Encoding.UTF8.GetString(new LowerCase().Of(Encoding.UTF8.GetBytes(text)));
}
