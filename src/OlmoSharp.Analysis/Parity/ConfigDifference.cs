using System.Text.Json;
using System.Text.Json.Nodes;

namespace OlmoSharp.Analysis.Parity;

/// <summary>The fields in which two <c>config.json</c> differ.</summary>
internal static class ConfigDifference
{
    public static IReadOnlyList<string> Between(string a, string b)
    {
        var (left, right) = (Read(a), Read(b));
        return [.. left.Select(field => field.Key).Union(right.Select(field => field.Key)).Order(StringComparer.Ordinal)
            .Where(key => left.ContainsKey(key) != right.ContainsKey(key) || !JsonNode.DeepEquals(left[key], right[key]))
            .Select(key => $"{key}: {Show(left, key)} | {Show(right, key)}")];
    }

    private static string Show(JsonObject config, string key) => config.TryGetPropertyValue(key, out var value) ? value?.ToJsonString() ?? "null" : "absent";

    private static JsonObject Read(string path)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllBytes(path)) as JsonObject ?? throw new AnalysisException($"{path}: is not a JSON object");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new AnalysisException($"{path}: cannot be read: {e.Message}", e);
        }
    }
}
