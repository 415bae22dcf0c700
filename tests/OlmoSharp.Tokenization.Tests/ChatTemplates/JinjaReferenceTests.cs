using System.Text;
using System.Text.Json;
using OlmoSharp.Tokenization.ChatTemplates;
using Xunit;

namespace OlmoSharp.Tokenization.Tests.ChatTemplates;

/// <summary>Against the Python package jinja2, set up as transformers does; <c>Reference/make_fixtures.py</c> made the files.</summary>
public class JinjaReferenceTests
{
    private const int MostShown = 40;

    [Fact]
    public void Templates_render_conversations_as_jinja2_does()
    {
        var lines = Lines("jinja-conversations.jsonl");
        var head = lines[0];
        var tokens = head.GetProperty("tokens").Deserialize<Dictionary<string, string>>()!;
        var templates = head.GetProperty("templates").EnumerateObject()
            .ToDictionary(template => template.Name, template => ChatTemplate.Parse(template.Value.GetString()!, template.Name).WithSpecialTokens(tokens));
        var variables = head.GetProperty("variables").EnumerateArray()
            .Select(variables => variables.EnumerateObject().ToDictionary(variable => variable.Name, variable => variable.Value)).ToArray();
        Report(lines.Skip(1).Select(line =>
        {
            var conversation = line.GetProperty("conversation").GetString()!;
            ChatTurn[] turns = [.. head.GetProperty("conversations").GetProperty(conversation).EnumerateArray().Select(Turn)];
            return Difference(line, $"{line.GetProperty("template")}, {conversation}, variables {line.GetProperty("variables")}", () => templates[line.GetProperty("template").GetString()!]
                .Render(turns, line.GetProperty("prompt").GetBoolean(), variables[line.GetProperty("variables").GetInt32()]).Text);
        }));
    }

    [Fact]
    public void White_space_around_tags_goes_where_jinja2_lets_it_go()
    {
        Report(Lines("jinja-whitespace.jsonl").Select(line => Difference(
            line, line.GetProperty("e").GetString()!, () => ChatTemplate.Parse(line.GetProperty("e").GetString()!).Render([], false, Values("""{"v": "V"}""")).Text)));
    }

    [Fact]
    public void Expressions_have_the_values_that_jinja2_gives_them()
    {
        var lines = Lines("jinja-expressions.jsonl");
        var values = lines[0].GetProperty("values").EnumerateObject().ToDictionary(value => value.Name, value => value.Value);
        Report(lines.Skip(1).Select(line => Difference(
            line, line.GetProperty("e").GetString()!, () => ChatTemplate.Parse($"{{{{ {line.GetProperty("e").GetString()} }}}}").Render([], false, values).Text)));
    }

    private static JsonElement[] Lines(string file) => [.. EmbeddedData.Lines(file).Select(line => JsonDocument.Parse(line).RootElement)];

    private static Dictionary<string, JsonElement> Values(string json) => JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!;

    /// <summary>As transformers hands messages to templates: content in parts stays in parts.</summary>
    private static ChatTurn Turn(JsonElement message) => new(message.GetProperty("role").GetString()!, null)
    {
        Fields = message.EnumerateObject().Where(member => member.Name != "role").ToDictionary(member => member.Name, member => member.Value),
    };

    private static string? Difference(JsonElement line, string what, Func<string> render)
    {
        string? expected = line.TryGetProperty("text", out var text) ? text.GetString() : null;
        try
        {
            var actual = render();
            return actual == expected ? null : $"{what}\n  expected {Show(expected)}\n  actual   {Show(actual)}";
        }
        catch (ChatTemplateException exception)
        {
            return expected is not null ? $"{what}\n  expected {Show(expected)}\n  error    {exception.Message}"
                : line.GetProperty("error").GetString() is { } said && said != exception.Reason ? $"{what}\n  expected to be told '{said}'\n  error    {exception.Message}"
                : null;
        }
    }

    private static string Show(string? text) => text is null ? "an error" : JsonSerializer.Serialize(text);

    private static void Report(IEnumerable<string?> differences)
    {
        string[] found = [.. differences.OfType<string>()];
        StringBuilder report = new();
        report.AppendJoin('\n', found.Take(MostShown));
        Assert.True(found.Length == 0, $"{found.Length} differences\n{report}");
    }
}
