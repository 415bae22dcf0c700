using System.Text.Json;
using OlmoSharp.Server.Errors;

namespace OlmoSharp.Server.Requests;

/// <summary>Reads <c>stop</c>: a string or a list of strings.</summary>
internal static class StopStrings
{
    /// <summary>Most strings.</summary>
    public const int Most = 16;

    /// <summary>Most UTF-16 code units of a string.</summary>
    public const int Longest = 1000;

    private const string Key = "stop";

    /// <summary>The stop strings of a request.</summary>
    public static IReadOnlyList<string> Read(Parameters body)
    {
        if (body.Find(Key) is not { } value)
        {
            return [];
        }

        var name = body.NameOf(Key);
        if (value.ValueKind == JsonValueKind.String)
        {
            return [Check(value, name)];
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            throw ApiException.WrongType(name, "a string or an array of strings", Parameters.TypeOf(value));
        }

        return value.GetArrayLength() <= Most
            ? [.. value.EnumerateArray().Select((stop, i) => Check(stop, $"{name}[{i}]"))]
            : throw ApiException.Invalid(name, $"Invalid '{name}': array too long. Expected at most {Most} strings, but got {value.GetArrayLength()}.", "array_above_max_length");
    }

    private static string Check(JsonElement value, string name)
    {
        var stop = Parameters.Text(value, name);
        return stop.Length switch
        {
            0 => throw ApiException.Invalid(name, $"Invalid '{name}': the string is empty; it would end every text before its first character.", "empty_string"),
            > Longest => throw ApiException.Invalid(
                name, $"Invalid '{name}': string too long. Expected at most {Longest} characters, but got {stop.Length}.", "string_above_max_length"),
            _ => stop,
        };
    }
}
