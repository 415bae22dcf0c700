using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using OlmoSharp.Server.Errors;
using OlmoSharp.Server.Hosting;

namespace OlmoSharp.Server.Requests;

/// <summary>The JSON body of a request, in a pooled buffer until it is disposed.</summary>
internal sealed class RequestBody : IDisposable
{
    private static readonly JsonDocumentOptions EachKeyOnce = new() { AllowDuplicateProperties = false };

    private readonly JsonDocument _document;
    private byte[]? _buffer;

    private RequestBody(JsonDocument document, byte[] buffer) => (_document, _buffer) = (document, buffer);

    /// <summary>The members of the body.</summary>
    public Parameters Parameters => new(_document.RootElement);

    /// <summary>Reads a body.</summary>
    /// <exception cref="ApiException">It is no JSON object, too large, or not said to be JSON.</exception>
    public static async Task<RequestBody> ReadAsync(HttpRequest request, WorkPermit permit)
    {
        CheckMediaType(request);
        var (buffer, length) = await ReadAllAsync(request, permit.MaximumBody, permit.Token);
        try
        {
            var document = Parse(buffer.AsMemory(0, length));
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new(document, buffer)
                : throw ApiException.Invalid(null, $"The request body must be a JSON object, but is {Parameters.TypeOf(document.RootElement)}.", "invalid_type");
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_buffer is not null)
        {
            _document.Dispose();
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = null;
        }
    }

    private static void CheckMediaType(HttpRequest request)
    {
        var isJson = MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase);
        if (!isJson)
        {
            var given = string.IsNullOrEmpty(request.ContentType) ? "is missing" : $"is '{Parameters.Shorten(request.ContentType)}'";
            throw ApiException.UnsupportedMediaType($"The Content-Type header {given}, but must be 'application/json'.");
        }

        if (type!.Charset.HasValue && !type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
        {
            throw ApiException.UnsupportedMediaType("The request body must be in UTF-8.");
        }

        if (request.Headers.ContentEncoding.Count > 0 && request.Headers.ContentEncoding != "identity")
        {
            throw ApiException.UnsupportedMediaType("Compressed request bodies (Content-Encoding) are not supported.");
        }
    }

    private static async Task<(byte[] Buffer, int Length)> ReadAllAsync(HttpRequest request, long most, CancellationToken cancellation)
    {
        const int first = 4096;
        if (request.ContentLength > most)
        {
            throw ApiException.BodyTooLarge(most);
        }

        // The length that a client announces is not trusted with memory before its bytes come.
        var buffer = ArrayPool<byte>.Shared.Rent(first);
        var length = 0;
        try
        {
            while (true)
            {
                if (length == buffer.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(2 * length);
                    buffer.AsSpan(0, length).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }

                var count = await request.Body.ReadAsync(buffer.AsMemory(length), cancellation);
                if (count == 0)
                {
                    return (buffer, length);
                }

                length += count;
                if (length > most)
                {
                    throw ApiException.BodyTooLarge(most);
                }
            }
        }
        catch (Exception exception)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            if (exception is BadHttpRequestException bad)
            {
                throw bad.StatusCode == StatusCodes.Status408RequestTimeout
                    ? ApiException.BodyTooSlow()
                    : ApiException.Invalid(null, $"The request body cannot be read: {bad.Message}", "invalid_body");
            }

            throw;
        }
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> json)
    {
        ReadOnlySpan<byte> byteOrderMark = [0xEF, 0xBB, 0xBF];
        if (json.Span.StartsWith(byteOrderMark))
        {
            json = json[byteOrderMark.Length..];
        }

        try
        {
            return JsonDocument.Parse(json, EachKeyOnce);
        }
        catch (JsonException exception)
        {
            throw MalformedJson.Describe(json.Span, exception);
        }
    }
}
