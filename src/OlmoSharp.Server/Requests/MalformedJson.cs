using System.Text.Json;
using OlmoSharp.Server.Errors;

namespace OlmoSharp.Server.Requests;

/// <summary>Says where a body stops being JSON.</summary>
internal static class MalformedJson
{
    /// <summary>The error of a body.</summary>
    /// <param name="json">The body.</param>
    /// <param name="exception">Why it cannot be parsed.</param>
    public static ApiException Describe(ReadOnlySpan<byte> json, JsonException exception)
    {
        var param = Locate(json, out var rest);
        // Python's json module writes these for floats that are not finite.
        if (param is not null && (rest.StartsWith("NaN"u8) || rest.StartsWith("Infinity"u8) || rest.StartsWith("-Infinity"u8)))
        {
            return ApiException.Invalid(param, $"Invalid '{param}': the number is not finite, and JSON has no such numbers.");
        }

        // The runtime's message ends with the place, which is told in a reader's terms here.
        var reason = exception.Message.Split(" LineNumber:", 2)[0].Split(" Path:", 2)[0].TrimEnd(' ', '|', '.');
        return ApiException.Invalid(
            param, $"The request body is not valid JSON: line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}: {reason}.", "invalid_json");
    }

    /// <summary>Reads as far as it goes.</summary>
    /// <param name="json">The body.</param>
    /// <param name="rest">The text from where reading stops.</param>
    /// <returns>The member of the body in which it stops; null before the first.</returns>
    private static string? Locate(ReadOnlySpan<byte> json, out ReadOnlySpan<byte> rest)
    {
        var reader = new Utf8JsonReader(json);
        string? param = null;
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1)
                {
                    param = reader.GetString();
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Where it stops is what is asked for.
        }

        rest = json[(int)reader.BytesConsumed..].TrimStart(" \t\r\n:,["u8);
        return param is null ? null : Parameters.Shorten(param);
    }
}
