using System.Globalization;
using OlmoSharp.Tokenization.ChatTemplates;
using Xunit;

namespace OlmoSharp.Tokenization.Tests.ChatTemplates;

/// <summary>Templates that are broken, hostile, or not meant for what they are given.</summary>
public class ChatTemplateLimitsTests
{
    [Theory]
    [InlineData("a\n{% if x %}", 2, "'if' has no 'endif'")]
    [InlineData("{{ 1 +\n }}", 2, "unexpected '}}'")]
    [InlineData("\n\n{% frob %}", 3, "unknown tag 'frob'")]
    [InlineData("{% include 'x' %}", 1, "'include' is not supported")]
    [InlineData("{{ 'abc }}", 1, "a text in quotes has no end")]
    [InlineData("{# x", 1, "a comment has no end")]
    [InlineData("x\n{% raw %}", 2, "'raw' has no 'endraw'")]
    [InlineData("{{ (1] }}", 1, "unexpected ']'")]
    [InlineData("{{ x | }}", 1, "a name was expected, not '}}'")]
    [InlineData("{% break %}", 1, "'break' is outside of a loop")]
    [InlineData("{% for x in y recursive %}{% endfor %}", 1, "recursive loops are not supported")]
    [InlineData("{% set true = 1 %}", 1, "nothing can be given to 'true'")]
    [InlineData("{{ a $ b }}", 1, "unexpected character '$'")]
    [InlineData("{{ x", 1, "an expression has no end")]
    public void A_template_that_is_not_sound_is_refused_with_its_line(string template, int line, string reason)
    {
        var error = Assert.Throws<ChatTemplateException>(() => ChatTemplate.Parse(template, "the file"));
        Assert.Equal(line, error.Line);
        Assert.StartsWith($"the file, line {line}: {reason}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\n{{ zzz.a }}", 2, "'zzz' is undefined")]
    [InlineData("{{ messages[0].x.y }}", 1, "'dict object' has no attribute 'x'")]
    [InlineData("{{ 1 + 'a' }}", 1, "unsupported operand type(s) for +: 'int' and 'str'")]
    [InlineData("{% if true %}\n{{ raise_exception('no ' + messages[0].role) }}{% endif %}", 2, "no user")]
    [InlineData("{{ messages.append(1) }}", 1, "access to attribute 'append' of 'list' object is unsafe")]
    [InlineData("{{ x | frob }}", 1, "no filter named 'frob'")]
    [InlineData("{{ x is frob }}", 1, "no test named 'frob'")]
    [InlineData("{{ 1 // 0 }}", 1, "division by zero")]
    [InlineData("{{ messages | tojson(indent=2, frob=3) }}", 1, "tojson() has no parameter 'frob'")]
    [InlineData("{% macro m(a) %}\n{{ a.b.c }}{% endmacro %}{{ m({}) }}", 2, "'dict object' has no attribute 'b'")]
    public void What_goes_wrong_is_told_with_its_line(string template, int line, string reason)
    {
        var error = Assert.Throws<ChatTemplateException>(() => Render(template));
        Assert.Equal((line, true), (error.Line, error.Reason.StartsWith(reason, StringComparison.Ordinal)));
    }

    /// <summary>Each would run for hours, or fill the memory, or the stack.</summary>
    [Theory]
    [InlineData("{% for a in range(99999) %}{% for b in range(99999) %}{% for c in range(99999) %}{% endfor %}{% endfor %}{% endfor %}")]
    [InlineData("{% set ns = namespace(x='xxxxxxxxxx') %}{% for a in range(99999) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}")]
    [InlineData("{% set ns = namespace(x=[1]) %}{% for a in range(99999) %}{% set ns.x = ns.x + ns.x %}{% endfor %}")]
    [InlineData("{% set ns = namespace(x=[1]) %}{% for a in range(99999) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}")]
    [InlineData("{% set ns = namespace(x=[1]) %}{% for a in range(99999) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x | tojson }}")]
    [InlineData("{% set ns = namespace(x=[1], y=[1]) %}{% for a in range(99999) %}{% set ns.x = [ns.x] %}{% set ns.y = [ns.y] %}{% endfor %}{{ ns.x == ns.y }}")]
    [InlineData("{% set ns = namespace(x=[1], y=[1]) %}{% for a in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% set ns.y = [ns.y, ns.y] %}{% endfor %}{{ ns.x == ns.y }}")]
    [InlineData("{% set ns = namespace(x=(1,), y=(1,)) %}{% for a in range(60) %}{% set ns.x = (ns.x, ns.x) %}{% set ns.y = (ns.y, ns.y) %}{% endfor %}{{ {ns.x: 1} }}{{ ns.x < ns.y }}")]
    [InlineData("{% set ns = namespace(x=[1], y=[1]) %}{% for a in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% set ns.y = [ns.y, ns.y] %}{% endfor %}{{ ns.x < ns.y }}{{ ns.x in [ns.y] }}")]
    [InlineData("{% set x = 'a' * 1000000 %}{% set y = 'a' * 1000000 %}{% for i in range(99999) %}{{ [x] == [y] }}{% endfor %}")]
    [InlineData("{% set ns = namespace() %}{% set ns.x = ns %}{{ ns }}")]
    [InlineData("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}")]
    [InlineData("{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{% macro n() %}{% for i in range(99999) %}{{ m() }}{% endfor %}{% endmacro %}{{ n() }}")]
    [InlineData("{{ 'x' * 999999999999 }}")]
    [InlineData("{{ [1] * 999999999999 }}")]
    [InlineData("{{ 10 ** 99999 }}")]
    [InlineData("{% set ns = namespace(x=3) %}{% for a in range(99999) %}{% set ns.x = ns.x * ns.x %}{% endfor %}")]
    [InlineData("{{ range(99999999) }}")]
    [InlineData("{{ '%999999d' % 1 }}{{ 'x'.center(999999999) }}")]
    [InlineData("{{ 'x'.ljust(999999999) | length }}")]
    [InlineData("{{ ['x'] | batch(999999999, 'y') | list | length }}")]
    [InlineData("{{ ['x'] | slice(999999999) | list | length }}")]
    [InlineData("{% set x = 'a' * 300000 %}{{ (x ~ 'b' ~ x) in (x ~ x) }}")]
    [InlineData("{% set x = 'a' * 100000 %}{% for i in range(9999) %}{{ x.replace('', 'bbbbb') | length }}{% endfor %}")]
    [InlineData("{% for i in range(99999) %}{{ 'x' * 1000 }}{% endfor %}")]
    [InlineData("{% set x = 'ab ' * 100000 %}{% for i in range(9999) %}{{ x.split() | sort | join | title | length }}{% endfor %}")]
    public void A_hostile_template_is_stopped(string template)
    {
        var parsed = ChatTemplate.Parse(template);
        // As many times as many would only take longer.
        parsed.Steps /= 10;
        Assert.Throws<ChatTemplateException>(() => parsed.Render([new("user", "hello")], false));
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("[", "]")]
    [InlineData("-", "")]
    [InlineData("not ", "")]
    [InlineData("{'a':", "}")]
    [InlineData("x(", ")")]
    [InlineData("x if y else ", "")]
    public void Deep_nesting_is_refused(string open, string close)
    {
        var template = "{{ " + string.Concat(Enumerable.Repeat(open, 5_000)) + "1" + string.Concat(Enumerable.Repeat(close, 5_000)) + " }}";
        Assert.Contains("nested too deeply", Assert.Throws<ChatTemplateException>(() => ChatTemplate.Parse(template)).Message, StringComparison.Ordinal);
        Assert.Throws<ChatTemplateException>(() => ChatTemplate.Parse(string.Concat(Enumerable.Repeat("{% if x %}", 5_000))));
    }

    [Fact]
    public void Long_chains_do_not_nest()
    {
        var sum = "{{ " + string.Join(" + ", Enumerable.Repeat("1", 300)) + " }}";
        Assert.Equal("300", Render(sum));
        var branches = "{% if x == 0 %}" + string.Concat(Enumerable.Range(1, 1000).Select(i => FormattableString.Invariant($"{{% elif x == {i} %}}{i}"))) + "{% endif %}";
        Assert.Equal("", Render(branches));
    }

    [Fact]
    public void A_long_conversation_fits()
    {
        ChatTurn[] turns = [.. Enumerable.Range(0, 2000).Select(i => new ChatTurn(i % 2 == 0 ? "user" : "assistant", new string('x', 500) + i.ToString(CultureInfo.InvariantCulture)))];
        var text = ChatTemplate.Parse("{% for m in messages %}{{ '<|' + m['role'] + '|>' + m['content'] | trim + '\\n' }}{% endfor %}").Render(turns, false).Text;
        Assert.Equal(2000, text.Count(unit => unit == '\n'));
    }

    [Theory]
    [InlineData("%d %B %Y", "05 March 2026")]
    [InlineData("%Y-%m-%d %H:%M:%S", "2026-03-05 07:08:09")]
    [InlineData("%A %a %b %-d %j %y %I%p %e|%%", "Thursday Thu Mar 5 064 26 07AM  5|%")]
    public void The_clock_writes_as_strftime(string format, string expected)
    {
        // What Python's datetime(2026, 3, 5, 7, 8, 9).strftime writes.
        var template = ChatTemplate.Parse($"{{{{ strftime_now('{format}') }}}}");
        template.Time = new FixedTime();
        Assert.Equal(expected, template.Render([], false).Text);
    }

    private static string Render(string template) => ChatTemplate.Parse(template).Render([new("user", "hello")], false).Text;

    private sealed class FixedTime : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => new(2026, 3, 5, 7, 8, 9, TimeSpan.Zero);
    }
}
