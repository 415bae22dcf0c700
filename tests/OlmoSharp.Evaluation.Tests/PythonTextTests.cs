using System.Text;
using Xunit;

namespace OlmoSharp.Evaluation.Tests;

public sealed class PythonTextTests
{
    // What CPython 3.11 prints for str(float(text)); null where float raises ValueError.
    [Theory]
    [InlineData("5", "5.0")]
    [InlineData("0.10", "0.1")]
    [InlineData("1e16", "1e+16")]
    [InlineData("999999999999999", "999999999999999.0")]
    [InlineData("1e-5", "1e-05")]
    [InlineData("0.0001", "0.0001")]
    [InlineData("-2.5", "-2.5")]
    [InlineData("1_000", "1000.0")]
    [InlineData("inf", "inf")]
    [InlineData("-Infinity", "-inf")]
    [InlineData("NaN", "nan")]
    [InlineData("-0", "-0.0")]
    [InlineData("1e400", "inf")]
    [InlineData(" 7 ", "7.0")]
    [InlineData("1.", "1.0")]
    [InlineData(".5", "0.5")]
    [InlineData("+3", "3.0")]
    [InlineData("1e5", "100000.0")]
    [InlineData("123456789012345678", "1.2345678901234568e+17")]
    [InlineData("5e-324", "5e-324")]
    [InlineData("0.1e1", "1.0")]
    [InlineData("1_", null)]
    [InlineData("_1", null)]
    [InlineData("1__0", null)]
    [InlineData("0x10", null)]
    [InlineData(".", null)]
    [InlineData("--3", null)]
    [InlineData("+", null)]
    [InlineData("", null)]
    [InlineData("1,000", null)]
    [InlineData("1e", null)]
    public void Floats_are_read_and_written_as_by_Python(string text, string? expected) =>
        Assert.Equal(expected, PythonText.TryParseFloat(text, out var value) ? PythonText.FormatFloat(value) : null);

    [Fact]
    public void Lengths_are_in_code_points() => Assert.Equal(4, PythonText.Length(" é😀x"));

    [Fact]
    public void Spaces_are_those_of_Python()
    {
        Assert.Equal(["a", "b", "c", "d"], PythonText.Words("\u001ca\u00a0 b\u2003c\u0085\u001fd\n"));
        Assert.Equal("a b", PythonText.Strip("\u001c\ta b\u2028"));
        Assert.Empty(PythonText.Words(" \n"));
    }

    [Theory]
    [InlineData("hELLO wORLD", "Hello world")]
    [InlineData("éCLAIR", "Éclair")]
    [InlineData("\ud801\udc28A", "\ud801\udc00a")] // a letter of two code units
    [InlineData("", "")]
    public void Capitals_come_first_only(string text, string expected) => Assert.Equal(expected, PythonText.Capitalize(text));

    [Fact]
    public void Combining_marks_are_no_word_characters_but_numerals_are()
    {
        Assert.True(PythonText.IsWordCharacter(new Rune('½')));
        Assert.True(PythonText.IsWordCharacter(new Rune('漢')));
        Assert.False(PythonText.IsWordCharacter(new Rune('\u0301')));
        Assert.False(PythonText.IsWordCharacter(new Rune('-')));
    }
}
