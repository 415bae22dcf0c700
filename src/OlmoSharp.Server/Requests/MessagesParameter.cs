using System.Text.Json;
using OlmoSharp.Server.Errors;
using OlmoSharp.Tokenization.ChatTemplates;

namespace OlmoSharp.Server.Requests;

/// <summary>Reads <c>messages</c>.</summary>
internal static class MessagesParameter
{
    private const string Key = "messages";

    /// <summary>The messages of a request, at least one.</summary>
    public static IReadOnlyList<ChatTurn> Read(Parameters body)
    {
        var value = body.Require(Key);
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw ApiException.WrongType(Key, "an array of objects", Parameters.TypeOf(value));
        }

        return value.GetArrayLength() > 0
            ? [.. value.EnumerateArray().Select((message, i) => ReadMessage(Parameters.Object(message, $"{Key}[{i}]")))]
            : throw ApiException.Invalid(Key, $"Invalid '{Key}': the array is empty. Expected at least one message.", "empty_array");
    }

    private static ChatTurn ReadMessage(Parameters message)
    {
        var role = message.RequireText("role") switch
        {
            // OpenAI's newer name of the same.
            "developer" => "system",
            ("system" or "user" or "assistant") and var known => known,
            "tool" or "function" => throw ApiException.Unsupported(message.NameOf("role"), "models here are not offered tools"),
            var other => throw ApiException.Invalid(
                message.NameOf("role"), $"Invalid '{message.NameOf("role")}': '{Parameters.Shorten(other)}' is none of 'system', 'developer', 'user' and 'assistant'."),
        };
        message.Refuse("tool_calls", "models here are not offered tools");
        message.Refuse("function_call", "models here are not offered tools");
        message.Refuse("audio", "models here read text only");
        return new(role, ReadContent(message.Require("content"), message.NameOf("content"), role));
    }

    private static string ReadContent(JsonElement content, string name, string role)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            return Parameters.Text(content, name);
        }

        return content.ValueKind == JsonValueKind.Array
            ? string.Join('\n', content.EnumerateArray().Select((part, i) => ReadPart(Parameters.Object(part, $"{name}[{i}]"), role)))
            : throw ApiException.WrongType(name, "a string or an array of content parts", Parameters.TypeOf(content));
    }

    private static string ReadPart(Parameters part, string role) => part.RequireText("type") switch
    {
        "text" => part.RequireText("text"),
        "refusal" when role == "assistant" => part.RequireText("refusal"),
        var other => throw ApiException.Unsupported(part.NameOf("type"), $"models here read parts of type 'text' only, not '{Parameters.Shorten(other)}'"),
    };
}
