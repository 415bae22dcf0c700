using OlmoSharp.Server.Errors;
using OlmoSharp.Server.Hosting;

namespace OlmoSharp.Server.Requests;

/// <summary>Reads <c>stop_token_ids</c>, which OpenAI's API does not have.</summary>
internal static class StopTokens
{
    private const int Most = 64;
    private const string Key = "stop_token_ids";

    /// <summary>The ids that end a text.</summary>
    public static IReadOnlyList<int> Read(Parameters body, ServedModel model)
    {
        if (body.Find(Key) is not { } value)
        {
            return [];
        }

        var ids = PromptParameter.Ids(value, Key, model);
        return ids.Length <= Most
            ? ids
            : throw ApiException.Invalid(Key, $"Invalid '{Key}': array too long. Expected at most {Most} ids, but got {ids.Length}.", "array_above_max_length");
    }
}
