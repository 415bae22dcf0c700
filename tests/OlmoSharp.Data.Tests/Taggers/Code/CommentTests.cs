using System.Text;
using CsCheck;
using OlmoSharp.Data.Taggers.Code;
using Xunit;

namespace OlmoSharp.Data.Tests.Taggers.Code;

public sealed class CommentTests
{
    // Code with what is a comment in it, and how long that is.
    private static readonly (string Code, int Comment)[] JavaScriptParts =
    [
        ("x = 1;\n", 0), ("// yes é\n", 8), ("/* yes */", 9), ("/** 漢\n * 字 **/", 14), ("'// no'", 0), ("\"/* no\"", 0), ("'it\\'s // no';", 0), ("`// no /* no`", 0), (" = /[/]\\/*\"/g;", 0),
        ("`a ${ b /* yes */ } // no`", 9), ("(a) / 2 / b;\n", 0), ("return /'/;", 0), ("f({ a: { b: 1 } });", 0), ("`${ { c: `// ${d // yes\n}` } }`;\n", 6), ("\n", 0), ("🦙 = ')';", 0),
    ];

    private static readonly (string Code, int Comment)[] JavaParts =
    [
        ("int x = 1;\n", 0), ("// yes é\n", 8), ("/* yes */", 9), ("/** 漢\n * 字 **/", 14), ("\"// no\"", 0), ("\"/* \\\" no\"", 0), ("'\"'", 0), ("'\\''", 0), ("'/'", 0), ("a / b / c;\n", 0),
        ("\"\"\"\n // no \" /* no \\\"\"\" \"\"\"", 0), ("\n", 0),
    ];

    private static readonly (string Code, int Comment)[] PythonParts =
    [
        ("x = 1\n", 0), ("# yes é\n", 6), ("x = '# no'\n", 0), ("x = \"\"\"# no\n# no\"\"\"  # y\n", 2), ("x = r'\\'  # no, open\n", 0), ("x = r'\\\\'  # y\n", 2), ("y = [  # bracket\n 2]\n", 8), ("z = f'{x}#'\n", 0), ("w = 'a\\\n# no'\n", 0), ("\n", 0),
        ("v = b'''\n'#'''\n", 0),
    ];

    [Fact]
    public void Java_comments_are_those_outside_literals() => Agrees(JavaParts, text => SlashComments.Count(text, isJavaScript: false));

    [Fact]
    public void JavaScript_comments_are_those_outside_literals() => Agrees(JavaScriptParts, text => SlashComments.Count(text, isJavaScript: true));

    // The first comment loses the white space before it, the last that behind it; these have none behind.
    [Fact]
    public void Python_comments_are_those_outside_literals() =>
        Agrees(PythonParts, text => PythonComments.Count([.. "#|\n"u8, .. text]) - 1);

    // What Dolma's own functions give for these, with Pygments 2.20 and Python 3.11.
    [Theory]
    [InlineData("def foo():\n    # prints hello world\n    print(\"Hello, World!\")", 18)]
    [InlineData("\"\"\"Module.\n\n    Indented\n      more\n    \"\"\"\nx = \"# no\"  # yes\n\nclass A:\n    '''Doc of A.'''\n    y = \"\"\"# not\n # a comment\"\"\"\n\n    def f(self, a={\"k\": 1}) -> None: \"one line\"\n", 48)]
    [InlineData("#!/bin/x\n# a\n#b ## c\nx = 1 # d  \n", 15)]
    [InlineData("def f(x,\n      y):  # sig\n    r\"\"\"Raw \\d doc.\"\"\"\n    return f\"\"\"no\"\"\"\n", 16)]
    [InlineData("x = 'it\\'s # no' # yes\n", 3)]
    [InlineData("\"a\" \"b\"\nclass B(\n  # in brackets\n  object):\n  b\"bytes\"\n", 15)]
    [InlineData("x = [ # c1\n 1, # c2\n]\n", 5)]
    [InlineData("if x:\n    \"no docstring\"\n", 0)]
    [InlineData("#\n\n#   \n", 0)]
    [InlineData("class C: x = 1; \"no\"\n", 0)]
    [InlineData("def f(): pass\n\"no\"\n", 0)]
    [InlineData("é = \"é\" # éé 🦙\n", 4)]
    public void Python_is_counted_as_in_Dolma(string code, int expected) => Assert.Equal(expected, PythonComments.Count(Encoding.UTF8.GetBytes(code)));

    [Theory]
    [InlineData(false, "String s = \"// no\"; // yes\n/* a\n b */ char c = '\"'; // z", 20)]
    [InlineData(false, "String t = \"\"\"\n // no \" /* no\n  \"\"\"; /* yes */", 9)]
    [InlineData(false, "int x = 4 / 2; // half\n/* open", 7)]
    [InlineData(false, "char q = '\\''; /** doc */\r\n// w\r\n", 14)]
    [InlineData(false, "a /* é */ b", 7)]
    [InlineData(true, "const a = /\\/\\*[/\"]/g; // re", 5)]
    [InlineData(true, "let s = `// no ${ x /* yes */ + `${1} // no` } /* no */`; // b", 13)]
    [InlineData(true, "x = 4 / 2 / 1; // d", 4)]
    [InlineData(true, "return /\"/.test(s) // e", 4)]
    [InlineData(true, "if (a) { b = c / d; } // f", 4)]
    [InlineData(true, "#!/usr/bin/node\n// g\n", 4)]
    [InlineData(true, "'it\\'s // no' // h", 4)]
    public void Java_and_JavaScript_are_counted_as_in_Dolma(bool isJavaScript, string code, int expected) =>
        Assert.Equal(expected, SlashComments.Count(Encoding.UTF8.GetBytes(code), isJavaScript));

    // Dolma's counts nothing of Python that does not parse, and no docstring of an async function.
    [Theory]
    [InlineData("async def g():\n    \"doc\"\n", 3)]
    [InlineData("print 'old'  # yes\n", 3)]
    [InlineData("x = (1  # yes\n", 3)]
    [InlineData("x = 'open  # no\ny = 1 # yes", 3)]
    public void Python_that_does_not_parse_has_comments_too(string code, int expected) => Assert.Equal(expected, PythonComments.Count(Encoding.UTF8.GetBytes(code)));

    // Each of these takes hours where a step costs as much as the text is long.
    [Theory]
    [InlineData("/*", 2)]
    [InlineData("(/[", 3)]
    [InlineData("`${", 3)]
    [InlineData("'\\", 2)]
    [InlineData("\"\"\"\\", 4)]
    [InlineData("#'''", 4)]
    [InlineData("= / ", 4)]
    [InlineData("/", 1)]
    [InlineData(" ", 1)]
    [InlineData("\n", 1)]
    [InlineData("'", 1)]
    [InlineData("(", 1)]
    [InlineData("}", 1)]
    public void Long_texts_that_are_nearly_something_take_no_long_time(string part, int length)
    {
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(part, 450_000 / length)));
        Assert.InRange(SlashComments.Count(text, isJavaScript: true), 0, text.Length);
        Assert.InRange(SlashComments.Count(text, isJavaScript: false), 0, text.Length);
        Assert.InRange(PythonComments.Count(text), 0, text.Length);
    }

    [Fact]
    public void Any_text_has_no_more_comments_than_characters() => Gen.Char["'\"`/*\\#\n[]{}$() adef:;é"].Array[0, 60].Sample(
        characters =>
        {
            var text = Encoding.UTF8.GetBytes(new string(characters));
            Assert.InRange(SlashComments.Count(text, isJavaScript: true), 0, characters.Length);
            Assert.InRange(SlashComments.Count(text, isJavaScript: false), 0, characters.Length);
            Assert.InRange(PythonComments.Count(text), 0, characters.Length);
        },
        iter: 3_000,
        threads: 1);

    private delegate int Counter(ReadOnlySpan<byte> text);

    private static void Agrees((string Code, int Comment)[] parts, Counter count) => Gen.Int[0, parts.Length - 1].Array[0, 20].Sample(
        places =>
        {
            var code = string.Concat(places.Select(place => parts[place].Code));
            Assert.Equal(places.Sum(place => parts[place].Comment), count(Encoding.UTF8.GetBytes(code)));
        },
        iter: 1_000,
        threads: 1);
}
