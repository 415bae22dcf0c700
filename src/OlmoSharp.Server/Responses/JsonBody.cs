using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace OlmoSharp.Server.Responses;

/// <summary>Writes responses that are JSON.</summary>
internal static class JsonBody
{
    /// <summary>Writes a whole response.</summary>
    /// <typeparam name="T">What it says.</typeparam>
    /// <param name="response">The response.</param>
    /// <param name="value">What it says.</param>
    /// <param name="type">How that is written.</param>
    /// <param name="status">The HTTP status code.</param>
    public static async Task WriteAsync<T>(HttpResponse response, T value, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK)
    {
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.Headers.CacheControl = "no-store";
        await using (var writer = new Utf8JsonWriter(response.BodyWriter, ResponseJson.Format))
        {
            JsonSerializer.Serialize(writer, value, type);
        }

        await response.BodyWriter.FlushAsync(response.HttpContext.RequestAborted);
    }
}
