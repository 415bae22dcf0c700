using System.Text.RegularExpressions;
using CsCheck;
using OlmoSharp.Data.Curation;
using Xunit;

namespace OlmoSharp.Data.Tests.Curation;

public partial class TextFingerprintTests
{
    [Fact]
    public void Exact_hashes_agree_where_the_normal_forms_do()
    {
        var text = Gen.Int[0, 8].Select(index => "aAböÖ \n\u00A0."[index]).Array[0, 6].Select(characters => new string(characters));
        Gen.Select(text, text).Sample(
            (first, second) => Assert.Equal(
                Normal(first) == Normal(second), TextFingerprint.Exact(first) == TextFingerprint.Exact(second)),
            iter: 20_000);
    }

    [Theory]
    [InlineData("Initializes a new instance of the JsonReader class.", "Initializes a new instance of the HttpClient class.")]
    [InlineData("AdvSimd.Abs(Vector128<short> value)\nint16x8_t vabsq_s16 (int16x8_t a)", "AdvSimd.Abs(Vector64<int> value)\nint32x2_t vabs_s32 (int32x2_t a)")]
    [InlineData("Error 17 in line 3.", "error 4  in line 255.")]
    [InlineData("List<T>.Equals(object obj)\nCompares.", "Dictionary<TKey, TValue>.KeyCollection.Equals(object obj)\nCompares.")]
    [InlineData("Gets the File.Name of it.", "Gets the Path.Root of it.")]
    public void Texts_of_one_template_have_one_hash(string first, string second) =>
        Assert.Equal(TextFingerprint.Template(first), TextFingerprint.Template(second));

    [Theory]
    [InlineData("Gets the name of the JsonReader.", "Gets the size of the JsonReader.")]
    [InlineData("Die Datei fehlt.", "Die Klasse fehlt.")]
    [InlineData("Foo.Bar(int count)", "Foo.Bar(int index)")]
    [InlineData("Is {0} null?", "Is {0} null.")]
    [InlineData("A file", "T file")]
    public void Texts_of_other_words_have_other_hashes(string first, string second) =>
        Assert.NotEqual(TextFingerprint.Template(first), TextFingerprint.Template(second));

    private static string Normal(string text) => WhiteSpace().Replace(text, " ").Trim().ToLowerInvariant();

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
