using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using OlmoSharp.Server.Errors;
using OlmoSharp.Server.Responses;

namespace OlmoSharp.Server.Streaming;

/// <summary>
/// Writes a stream of server-sent events (<see href="https://html.spec.whatwg.org/multipage/server-sent-events.html"/>), each one JSON. An event goes out at once; where the client does
/// not read, writing waits, so that no more than the connection's own buffer is kept for it.
/// </summary>
/// <param name="response">Where to write.</param>
internal sealed class ServerSentEvents(HttpResponse response)
{
    /// <summary>The media type of such streams.</summary>
    public const string MediaType = "text/event-stream";

    private Utf8JsonWriter? _writer;

    /// <summary>Writes an event.</summary>
    /// <typeparam name="T">What it says.</typeparam>
    /// <param name="value">What it says.</param>
    /// <param name="type">How that is written.</param>
    /// <param name="cancellation">Stops waiting for the client.</param>
    public async Task WriteAsync<T>(T value, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        Start();
        Append("data: "u8, value, type);
        await response.BodyWriter.FlushAsync(cancellation);
    }

    /// <summary>Says that the stream is whole.</summary>
    public async Task EndAsync(CancellationToken cancellation)
    {
        Start();
        response.BodyWriter.Write("data: [DONE]\n\n"u8);
        await response.BodyWriter.FlushAsync(cancellation);
    }

    /// <summary>Writes an error. The stream ends after it, without the event that says it is whole.</summary>
    public async Task WriteErrorAsync(ApiException error, CancellationToken cancellation)
    {
        Start();
        Append("event: error\ndata: "u8, new(error.Detail), ResponseJson.Default.ErrorResponse);
        await response.BodyWriter.FlushAsync(cancellation);
    }

    private void Start()
    {
        if (!response.HasStarted)
        {
            response.ContentType = MediaType;
            response.Headers.CacheControl = "no-store";
            // Proxies such as nginx would collect events otherwise.
            response.Headers["X-Accel-Buffering"] = "no";
        }
    }

    private void Append<T>(ReadOnlySpan<byte> prefix, T value, JsonTypeInfo<T> type)
    {
        response.BodyWriter.Write(prefix);
        _writer ??= new(response.BodyWriter, ResponseJson.Format);
        _writer.Reset(response.BodyWriter);
        JsonSerializer.Serialize(_writer, value, type);
        _writer.Flush();
        response.BodyWriter.Write("\n\n"u8);
    }
}
