using System.Text.Json;
using System.Text.RegularExpressions;

namespace OlmoSharp.Data.Configuration;

/// <summary>Key paths such as <c>sources[0].weight</c>, as messages show and overrides use them.</summary>
internal static partial class ConfigPath
{
    public static string Key(string parent, string key) => parent.Length == 0 ? key : $"{parent}.{key}";

    public static string Index(string parent, int index) => $"{parent}[{index}]";

    /// <summary>The config's name of a C# member: snake_case.</summary>
    public static string NameOf(string member) => JsonNamingPolicy.SnakeCaseLower.ConvertName(member);

    /// <summary>Splits a path into keys (strings) and list positions (integers). Null if it is not a path.</summary>
    public static IReadOnlyList<object>? Split(string path) =>
        Whole.IsMatch(path)
            ? [.. Step.Matches(path).Select(step => step.Groups["index"] is { Success: true } index ? (object)int.Parse(index.ValueSpan) : step.Groups["key"].Value)]
            : null;

    [GeneratedRegex(@"^[^.\[\]\s]+(\[[0-9]{1,9}\])*(\.[^.\[\]\s]+(\[[0-9]{1,9}\])*)*$")]
    private static partial Regex Whole { get; }

    [GeneratedRegex(@"\[(?<index>[0-9]+)\]|(?<key>[^.\[\]]+)")]
    private static partial Regex Step { get; }
}
