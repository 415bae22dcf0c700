using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using OlmoSharp.Inference.Constraints;
using Xunit;

namespace OlmoSharp.Inference.Tests.Constraints;

public class GrammarReaderTests
{
    /// <summary>The same random pattern as a grammar and as a regular expression of .NET.</summary>
    [Fact]
    public void A_grammar_without_recursion_accepts_what_the_regular_expression_matches() => Gen.Int.Sample(
        seed =>
        {
            var random = new Random(seed);
            var (grammar, pattern) = Pattern(random, 3);
            var compiled = GrammarReader.Read($"root ::= {grammar}");
            var regex = new Regex($"^(?:{pattern})\\z", RegexOptions.CultureInvariant);
            for (var i = 0; i < 40; i++)
            {
                var text = string.Concat(Enumerable.Range(0, random.Next(7)).Select(_ => "abcé元"[random.Next(5)]));
                Assert.True(regex.IsMatch(text) == Accepts(compiled, text), $"'{text}' by {grammar} and {pattern}");
            }
        },
        iter: 1000);

    [Fact]
    public void Rules_call_each_other_and_themselves()
    {
        var grammar = GrammarReader.Read("""
            # arithmetic
            root ::= term ( ("+" | "-") # either
              term )*
            term ::= number | "(" root ")"
            number ::= [0-9]{1,3} ("." [0-9]+)?
            """);
        Assert.All(["1", "12+(3-4.50)", "((((7))))", "999-(1+(2))"], text => Assert.True(Accepts(grammar, text), text));
        Assert.All(["", "1+", "(1", "1)", "1234", "1.", "+1", "(1))"], text => Assert.False(Accepts(grammar, text), text));
    }

    /// <summary>A rule comes to an end only where those that it calls do, in whatever order they are written.</summary>
    [Fact]
    public void Rules_may_call_in_a_chain_in_any_order()
    {
        const int rules = 2000;
        var random = new Random(1);
        foreach (var order in new[] { Enumerable.Range(0, rules), Enumerable.Range(0, rules).Reverse(), Enumerable.Range(0, rules).OrderBy(_ => random.Next()) })
        {
            var lines = order.Select(i => i == rules - 1 ? $"r{i} ::= \"z\"?" : $"r{i} ::= r{i + 1} | \"x\" r{i}-endless").Append($"root ::= \"a\" r0 \"b\"");
            var endless = Enumerable.Range(0, rules - 1).Select(i => $"r{i}-endless ::= \"y\" r{(i + 1) % (rules - 1)}-endless");
            var grammar = GrammarReader.Read(string.Join('\n', lines.Concat(endless)));
            Assert.True(Accepts(grammar, "ab"));
            Assert.True(Accepts(grammar, "azb"));
            Assert.False(Accepts(grammar, "axb"));
        }
    }

    [Fact]
    public void Escapes_name_characters()
    {
        var grammar = GrammarReader.Read("""root ::= "\"\\\n\t\x41\u00e9\U0001F600" [\]\-^] [^\n-\r"] .""");
        Assert.True(Accepts(grammar, "\"\\\n\tAé😀-xy"));
        Assert.True(Accepts(grammar, "\"\\\n\tAé😀]元😀"));
        Assert.False(Accepts(grammar, "\"\\\n\tAé😀-\ry"));
        Assert.False(Accepts(grammar, "\"\\\n\tAé😀ax"));
    }

    /// <summary>Each would fill the stack, which ends the process, or the memory.</summary>
    [Fact]
    public void What_is_nested_too_deeply_or_too_large_is_refused()
    {
        const int depth = 100_000;
        foreach (var grammar in new[]
        {
            $"root ::= {new string('(', depth)}\"a\"{new string(')', depth)}",
            $"root ::= \"a\"{string.Concat(Enumerable.Repeat("{1}", depth))}",
            $"root ::= {string.Concat(Enumerable.Repeat("\"a\"{10000} ", 1000))}",
        })
        {
            Assert.Contains("grammar", Assert.Throws<InferenceException>(() => GrammarReader.Read(grammar)).Message, StringComparison.Ordinal);
        }

        var definitions = string.Join(',', Enumerable.Range(0, depth).Select(i => $"\"d{i}\": {{\"$ref\": \"#/$defs/d{i + 1}\"}}"));
        Assert.Contains("nested too deeply", Assert.Throws<InferenceException>(
            () => JsonSchemaGrammar.Compile($"{{\"$ref\": \"#/$defs/d0\", \"$defs\": {{{definitions}, \"d{depth}\": {{\"type\": \"null\"}}}}}}")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "line 1, column 1: there is no rule 'root'")]
    [InlineData("root ::= other", "line 1, column 10: there is no rule 'other'")]
    [InlineData("root ::= \"a\"\nroot ::= \"b\"", "line 2, column 1: the rule 'root' is there twice")]
    [InlineData("root = \"a\"", "line 1, column 6: '::=' was expected")]
    [InlineData("root ::= \"a", "line 1, column 10: a literal is not closed")]
    [InlineData("root ::= [a", "line 1, column 10: a class is not closed")]
    [InlineData("root ::= []", "line 1, column 10: the class is empty")]
    [InlineData("root ::= [z-a]", "line 1, column 10: the range of characters is upside down")]
    [InlineData("root ::= (\"a\"", "line 1, column 10: the group is not closed")]
    [InlineData("root ::= \"a\")", "line 1, column 13: ')' was not expected")]
    [InlineData("root ::=\n  \"a\" *\n  $", "line 3, column 3: '$' was not expected")]
    [InlineData("root ::= \"\\q\"", "line 1, column 11: unknown escape '\\q'")]
    [InlineData("root ::= \"\\uD800\"", "line 1, column 11: the escape needs 4")]
    [InlineData("root ::= \"a\"{2,1}", "line 1, column 13: the repetition")]
    [InlineData("root ::= \"a\"{99999}", "line 1, column 14: more than 10000 repetitions")]
    [InlineData("root ::= root \"a\" | \"b\"", "rule 'root': it begins with itself")]
    [InlineData("root ::= x? y\nx ::= \"a\"\ny ::= x* root | \"b\"", "it begins with itself")]
    [InlineData("root ::= \"a\" root", "rule 'root': no finite text fits")]
    public void A_mistake_is_named_with_its_place(string grammar, string reason)
    {
        var error = Assert.Throws<InferenceException>(() => GrammarReader.Read(grammar));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    private static (string Grammar, string Regex) Pattern(Random random, int depth)
    {
        if (depth == 0)
        {
            return random.Next(6) switch
            {
                0 => ("[ab]", "[ab]"),
                1 => ("[^aé]", "[^aé]"),
                2 => (".", "."),
                // .NET's own engines lose matches of repeated empty groups, such as (?:(?:(?:)){1,3}){2,}, so that an empty literal never stands alone.
                3 => ("\"\" \"b\"", "b"),
                4 => ("[a-cé-元]", "[a-cé-元]"),
                _ => ("\"ab\"", "ab"),
            };
        }

        var (grammar, regex) = Pattern(random, depth - 1);
        var (other, otherRegex) = Pattern(random, depth - 1);
        return random.Next(8) switch
        {
            0 => ($"({grammar} | {other})", $"(?:{regex}|{otherRegex})"),
            1 => ($"({grammar})*", $"(?:{regex})*"),
            2 => ($"({grammar})+ {other}", $"(?:{regex})+{otherRegex}"),
            3 => ($"({grammar})?", $"(?:{regex})?"),
            4 => ($"({grammar}){{2}}", $"(?:{regex}){{2}}"),
            5 => ($"({grammar}){{1,3}}", $"(?:{regex}){{1,3}}"),
            6 => ($"({grammar}){{2,}} {other}", $"(?:{regex}){{2,}}{otherRegex}"),
            _ => ($"({grammar} {other})", $"(?:{regex}{otherRegex})"),
        };
    }

    private static bool Accepts(ByteGrammar grammar, string text)
    {
        GrammarState? state = grammar.Start;
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            if (state is not null)
            {
                state = grammar.Next(state, value);
            }
        }

        return state is { IsComplete: true };
    }
}
