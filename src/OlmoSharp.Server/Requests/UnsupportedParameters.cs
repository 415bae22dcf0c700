namespace OlmoSharp.Server.Requests;

/// <summary>Refuses what would change an answer but cannot be done. What is only noted or bills differently at OpenAI (<c>user</c>, <c>store</c>, <c>metadata</c>, …) is passed over, as are unknown names.</summary>
internal static class UnsupportedParameters
{
    private static readonly (string Key, string Reason)[] OfCompletions =
    [
        ("suffix", "models here are not asked to fill in the middle"),
    ];

    private static readonly (string Key, string Reason)[] OfChats =
    [
        ("tools", "models here are not offered tools; describe them in a message, and bind the answer with 'response_format' or 'grammar'"),
        ("functions", "models here are not offered functions"),
        ("audio", "models here write text only"),
        ("web_search_options", "models here do not search the web"),
        ("reasoning_effort", "models here have no such setting"),
        ("verbosity", "models here have no such setting"),
        ("moderation", "texts are not moderated"),
    ];

    /// <summary>Checks a request for a completion.</summary>
    public static void CheckCompletion(Parameters body) => Check(body, OfCompletions);

    /// <summary>Checks a request for a chat.</summary>
    public static void CheckChat(Parameters body)
    {
        Check(body, OfChats);
        RefuseOthers(body, "tool_choice", "none", "auto");
        RefuseOthers(body, "function_call", "none", "auto");
        if (body.Find("modalities") is { ValueKind: System.Text.Json.JsonValueKind.Array } modalities)
        {
            foreach (var modality in modalities.EnumerateArray())
            {
                if (Parameters.Text(modality, "modalities") != "text")
                {
                    throw Errors.ApiException.Unsupported("modalities", "models here write text only");
                }
            }
        }
    }

    private static void Check(Parameters body, (string Key, string Reason)[] list)
    {
        foreach (var (key, reason) in list)
        {
            body.Refuse(key, reason);
        }
    }

    private static void RefuseOthers(Parameters body, string key, params string[] harmless)
    {
        if (body.Find(key) is { } value && !(value.ValueKind == System.Text.Json.JsonValueKind.String && harmless.Any(value.ValueEquals)))
        {
            body.Refuse(key, "models here are not offered tools");
        }
    }
}
