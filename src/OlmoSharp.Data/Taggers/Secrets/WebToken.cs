using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace OlmoSharp.Data.Taggers.Secrets;

/// <summary>The parts of a JSON Web Token (RFC 7519).</summary>
internal static class WebToken
{
    /// <summary>Whether a part is a JSON object in base64 for URLs.</summary>
    public static bool IsObject(ReadOnlySpan<byte> part)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Base64Url.GetMaxDecodedLength(part.Length));
        try
        {
            if (Base64Url.DecodeFromUtf8(part, buffer, out _, out var length) != OperationStatus.Done)
            {
                return false;
            }

            var reader = new Utf8JsonReader(buffer.AsSpan(0, length));
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject && reader.TrySkip() && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
