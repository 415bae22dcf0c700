using OlmoSharp.Data.Attributes;
using Xunit;

namespace OlmoSharp.Data.Tests.Taggers.Quality;

public sealed class NotAlphanumericParagraphTests
{
    [Theory]
    [InlineData("", "0 0 0")]
    [InlineData("words\n  \n", "0 9 0")]
    [InlineData("***\nword\n- - -", "0 4 1, 9 14 1")]
    [InlineData("🙂 ☀ ❶\n+$^`|~<=>", "0 6 1, 6 15 1")]
    [InlineData("é\n©\nⓐ", "2 4 1")]
    [InlineData("\u001C!\n!", "3 4 1")]
    public void Paragraphs_of_punctuation_are_said(string text, string expected) =>
        Assert.Equal(expected, string.Join(", ", TaggerRun.Of("not_alphanum_paragraph_v1").Tag(text)["all_punct"].Select(Show)));

    private static string Show(AttributeSpan span) => FormattableString.Invariant($"{span.Start} {span.End} {span.Score}");
}
