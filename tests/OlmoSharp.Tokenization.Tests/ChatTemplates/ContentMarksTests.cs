using System.Text.Json;
using CsCheck;
using OlmoSharp.Tokenization.ChatTemplates;
using Xunit;

namespace OlmoSharp.Tokenization.Tests.ChatTemplates;

/// <summary>What is said in a conversation can never become a special token, and otherwise changes no id.</summary>
public class ContentMarksTests
{
    private static readonly string[] SpecialTokens = ["<|endoftext|>", "<|pad|>", "<|system|>", "<|user|>", "<|assistant|>", "<|end|>"];

    private static readonly Tokenizer Tokenizer = BpeTrainer.Train(
        SmallTokenizer.Texts, new BpeTrainerOptions { VocabularySize = 500, MinFrequency = 1, SpecialTokens = SpecialTokens });

    // Pieces of special tokens, which may meet each other and what the template writes around them.
    private static readonly Gen<string> Content = Gen.OneOf(
        OneOf([.. SpecialTokens, "<|", "|>", "<|en", "d|>", "end", "user", "\n", " ", "<", "|", ">", "a", "ü", "😀", "{{ bos_token }}"]).Array[0, 8].Select(string.Concat),
        Gen.String[0, 10]);

    private static readonly string[] Templates =
    [
        "{% for m in messages %}{{ '<|' + m.role + '|>\\n' + m.content + '<|end|>\\n' }}{% endfor %}",
        "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{{ m.content[::-1] }}{% endfor %}",
        "{% for m in messages %}<|{{ m.role }}|>{{ m.content | trim | upper | lower }}|{{ m.content.split('|') | join('|') }}<|end|>{% endfor %}",
        "{% for m in messages %}<|{{ m.role }}|>{{ '%s|%5s' % (m.content, m.content) }}{{ '<|{}|>'.format(m.content) }}<|end|>{% endfor %}",
        "{% for m in messages %}<|{{ m.role }}|>{{ '<|end|>'.replace('end', m.content) }}{{ m.content | replace('a', '<|') }}<|end|>{% endfor %}",
        "{% for m in messages %}<|{{ m.role }}|>{{ m | tojson }}{{ [m.content, m] }}{{ m.content | title | capitalize }}<|end|>{% endfor %}",
        "{% for m in messages %}<|{{ m.role }}|>{% set x %}<{{ m.content }}>{% endset %}{{ x | indent }}{% for c in m.content %}{{ c }}{% endfor %}<|end|>{% endfor %}",
        "{% macro t(x) %}<|{{ x }}|>{% endmacro %}{% for m in messages %}<|{{ m.role }}|>{{ t(m.content) }}{{ m.content ~ '<' ~ m.content }}{{ m.content.partition('|')[2] }}<|end|>{% endfor %}",
        "{% for m in messages %}<|{{ m.role }}|>{{ '<|' }}{{ m.content.strip('<|>') }}{{ '|>' }}{{ m.content | truncate(8) }}{{ m.content.center(12) }}{{ m.content.title() }}<|end|>{% endfor %}",
        "{% macro k() %}{{ kwargs }}{% endmacro %}{% for m in messages %}<|{{ m.role }}|>{{ k(**{m.content: 1}) }}{{ dict(**{m.content: 2}) }}{{ namespace({m.content: 3}) }}{{ [1, [2]] | tojson(indent=m.content) }}<|end|>{% endfor %}",
        "{% for m in messages %}<|{{ m.role }}|>{% set f = m.content | replace('{', '') | replace('}', '') | replace('%', '') %}{{ (f ~ '{0:<>1}{0:|>1}') .format('') }}{{ '<|' ~ (f ~ '%%') % () }}|><|end|>{% endfor %}",
        "{% for m in messages %}<|{{ m.role }}|>{{ m.content | list | join }}{{ m.content | escape }}{{ m.content * 2 }}{{ dict(a=m.content) | items | list }}<|end|>{% endfor %}",
    ];

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    [Fact]
    public void No_content_makes_or_hides_a_special_token()
    {
        var parsed = Templates.Select(text => ChatTemplate.Parse(text)).ToArray();
        Gen.Select(OneOf(parsed), Gen.Select(OneOf("user", "assistant", "system"), Content).Array[1, 3]).Sample((template, turns) =>
        {
            var rendered = template.Render(turns.Select(turn => new ChatTurn(turn.Item1, turn.Item2)), false);
            var special = rendered.Encode(Tokenizer).Where(Tokenizer.IsSpecial);
            Assert.Equal(turns.SelectMany(turn => new[] { Tokenizer.SpecialTokens[$"<|{turn.Item1}|>"], Tokenizer.SpecialTokens["<|end|>"] }), special);
        }, iter: 600);
    }

    [Fact]
    public void Content_without_special_tokens_gives_the_ids_of_the_whole_text()
    {
        var template = ChatTemplate.Parse(Templates[0]);
        Gen.String[0, 12].Array[1, 4].Where(said => !said.Any(text => text.Contains("<|", StringComparison.Ordinal))).Sample(said =>
        {
            var rendered = template.Render(said.Select(text => new ChatTurn("user", text)), false);
            Assert.Equal(Tokenizer.EncodeWithSpecialTokens(rendered.Text), rendered.Encode(Tokenizer));
        }, iter: 500);
    }

    [Fact]
    public void The_marked_parts_are_what_was_said()
    {
        var rendered = ChatTemplate.Parse("[{% for m in messages %}{{ m.role }}: {{ m.content | trim }};{% endfor %}]").Render([new("user", " a b "), new("assistant", "c")], false);
        Assert.Equal("[user: a b;assistant: c;]", rendered.Text);
        Assert.Equal(["a b", "c"], rendered.Content.Select(span => rendered.Text[span.Start..span.End]));
    }

    [Fact]
    public void Tools_names_and_strange_roles_are_content_too()
    {
        var variables = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>("""{"tools": [{"<|end|>": "<|user|>"}], "note": "<|system|>"}""");
        var template = ChatTemplate.Parse("{{ tools | tojson }}{{ note }}{% for k in tools[0] %}{{ k }}{% endfor %}{% for m in messages %}<|{{ m.role }}|>{{ m.name }}{% endfor %}");
        var turn = new ChatTurn("end|><|user", "x") { Fields = new Dictionary<string, JsonElement> { ["name"] = JsonSerializer.SerializeToElement("<|pad|>") } };
        var rendered = template.Render([turn], false, variables);
        Assert.Equal("[{\"<|end|>\": \"<|user|>\"}]<|system|><|end|><|end|><|user|><|pad|>", rendered.Text);
        Assert.DoesNotContain(rendered.Encode(Tokenizer), Tokenizer.IsSpecial);
    }

    /// <summary>Among special tokens that are parts of each other, the longest that the template itself wrote counts.</summary>
    [Fact]
    public void Tokens_that_content_would_lengthen_or_cover_are_found_all_the_same()
    {
        var tokenizer = BpeTrainer.Train(SmallTokenizer.Texts, new BpeTrainerOptions { VocabularySize = 400, MinFrequency = 1, SpecialTokens = ["<|endoftext|>", "<s>", "<s>xx", "xx<s>"] });
        Gen.Select(OneOf("a", "xx", "x", "<s", "<s>", "<s>xx"), OneOf("x", "xx", "xx<s>", ">", "a")).Sample((before, after) =>
        {
            var rendered = ChatTemplate.Parse("{{ messages[0].content }}<s>{{ messages[1].content }}").Render([new("user", before), new("user", after)], false);
            Assert.Equal([tokenizer.SpecialTokens["<s>"]], rendered.Encode(tokenizer).Where(tokenizer.IsSpecial));
        });
        Assert.Equal([tokenizer.SpecialTokens["xx<s>"], tokenizer.SpecialTokens["<s>xx"]], ChatTemplate.Parse("xx<s><s>xx").Render([], false).Encode(tokenizer));
    }
}
