using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OlmoSharp.Server.Responses;

/// <summary>Writes embeddings as numbers or as base64.</summary>
internal sealed class EmbeddingConverter : JsonConverter<EmbeddingVector>
{
    /// <inheritdoc/>
    public override EmbeddingVector Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, EmbeddingVector value, JsonSerializerOptions options)
    {
        if (!value.IsBase64)
        {
            writer.WriteStartArray();
            foreach (var number in value.Values)
            {
                writer.WriteNumberValue(number);
            }

            writer.WriteEndArray();
            return;
        }

        var size = value.Values.Count * sizeof(float);
        var bytes = ArrayPool<byte>.Shared.Rent(size);
        for (var i = 0; i < value.Values.Count; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), value.Values[i]);
        }

        writer.WriteBase64StringValue(bytes.AsSpan(0, size));
        ArrayPool<byte>.Shared.Return(bytes);
    }
}
