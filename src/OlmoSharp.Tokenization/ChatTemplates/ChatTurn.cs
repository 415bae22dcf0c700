using System.Text.Json;
using OlmoSharp.Tokenization.ChatTemplates.Values;

namespace OlmoSharp.Tokenization.ChatTemplates;

/// <summary>A message of a conversation, as chat templates see it.</summary>
/// <param name="Role">Who speaks: system, user, assistant, tool, or another role that the template knows.</param>
/// <param name="Content">What is said; null: the message has none of its own (<see cref="Fields"/> may have one).</param>
public sealed record ChatTurn(string Role, string? Content)
{
    private const string RoleKey = "role";
    private const string ContentKey = "content";

    /// <summary>Everything else of the message, such as <c>tool_calls</c>, by names.</summary>
    public IReadOnlyDictionary<string, JsonElement> Fields { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>Reads a message as OpenAI's API has it. Content in several parts of text becomes one, with line breaks between them.</summary>
    /// <param name="message">An object with a <c>role</c>; the document that it is part of may be disposed afterwards.</param>
    /// <exception cref="TokenizerException">It is none, or has content that is not text.</exception>
    public static ChatTurn Parse(JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object || !message.TryGetProperty(RoleKey, out var role) || role.ValueKind != JsonValueKind.String)
        {
            throw new TokenizerException("a message must be an object with a role, such as {\"role\": \"user\", \"content\": \"…\"}");
        }

        var content = message.TryGetProperty(ContentKey, out var value) ? Text(value) : null;
        return new(role.GetString()!, content)
        {
            Fields = message.EnumerateObject().Where(member => member.Name != RoleKey && (member.Name != ContentKey || content is null))
                .GroupBy(member => member.Name).ToDictionary(members => members.Key, members => members.Last().Value.Clone()),
        };
    }

    /// <summary>The message as a value. What people and models say is marked as foreign; a role made of letters, digits, hyphens and underscores is not, because templates put it into special tokens.</summary>
    internal object? Value()
    {
        DictValue message = new();
        message.Set(Key(RoleKey), new MarkedText(Role, isForeign: !Role.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-')));
        if (Content is not null)
        {
            message.Set(Key(ContentKey), new MarkedText(Content, isForeign: true));
        }

        foreach (var (name, value) in Fields)
        {
            message.Set(Key(name), JsonValue.Read(value));
        }

        return message;
    }

    private static MarkedText Key(string name) => new(name, isForeign: true);

    private static string? Text(JsonElement content)
    {
        switch (content.ValueKind)
        {
            case JsonValueKind.Null:
                return null;
            case JsonValueKind.String:
                return content.GetString();
            case JsonValueKind.Array when content.EnumerateArray().All(part => part.ValueKind == JsonValueKind.Object
                && part.TryGetProperty("type", out var type) && type.ValueEquals("text") && part.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String):
                return string.Join('\n', content.EnumerateArray().Select(part => part.GetProperty("text").GetString()));
            default:
                throw new TokenizerException("the content of a message must be text, or a list of parts of type text; other kinds are not supported");
        }
    }
}
