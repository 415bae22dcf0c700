using System.Buffers.Binary;
using System.Text.Json;
using static TorchSharp.torch;

namespace OlmoSharp.Torch.Safetensors;

/// <summary>Writes safetensors files.</summary>
public static unsafe class SafetensorsWriter
{
    /// <summary>Writes tensors in the given order and flushes the file to disk. The same tensors give the same bytes.</summary>
    /// <param name="path">The file, which must not exist; write beside the final name and rename.</param>
    /// <param name="tensors">Names and tensors on any device, in any layout.</param>
    /// <param name="metadata">Text for the header's <c>__metadata__</c>.</param>
    /// <param name="dtype">Element type in the file, to which each tensor is converted as it is written; null: each tensor's own.</param>
    /// <exception cref="TorchException">A dtype that the format cannot hold.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static void Write(
        string path, IReadOnlyList<(string Name, Tensor Tensor)> tensors, IReadOnlyDictionary<string, string> metadata, ScalarType? dtype = null)
        => Write(path, [.. tensors.Select(tensor => SafetensorsSource.Of(tensor.Name, tensor.Tensor, dtype))], metadata);

    /// <summary>Writes tensors in the given order, loading one after the other, and flushes the file to disk.</summary>
    /// <param name="path">The file, which must not exist; write beside the final name and rename.</param>
    /// <param name="tensors">The tensors.</param>
    /// <param name="metadata">Text for the header's <c>__metadata__</c>.</param>
    /// <exception cref="TorchException">A dtype that the format cannot hold, or a tensor of another shape than announced.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static void Write(string path, IReadOnlyList<SafetensorsSource> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20);
        var header = Header(tensors, metadata);
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        file.Write(length);
        file.Write(header);
        foreach (var source in tensors)
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            var tensor = source.Load();
            if (!tensor.shape.SequenceEqual(source.Shape))
            {
                throw new TorchException($"{path}: '{source.Name}' has shape [{string.Join(", ", tensor.shape)}], but [{string.Join(", ", source.Shape)}] was announced");
            }

            var dense = tensor.detach().to_type(source.Dtype).cpu().contiguous();
            var memory = Kernels.TensorMemory.Pointer<byte>(dense);
            var bytes = dense.numel() * dense.element_size();
            const long piece = 1 << 28;
            for (long at = 0; at < bytes; at += piece)
            {
                file.Write(new ReadOnlySpan<byte>(memory + at, (int)Math.Min(piece, bytes - at)));
            }
        }

        file.Flush(flushToDisk: true);
    }

    private static byte[] Header(IReadOnlyList<SafetensorsSource> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata.Count > 0)
            {
                json.WriteStartObject("__metadata__");
                foreach (var (key, value) in metadata)
                {
                    json.WriteString(key, value);
                }

                json.WriteEndObject();
            }

            long offset = 0;
            foreach (var tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", SafetensorsDtype.Name(tensor.Dtype));
                json.WriteStartArray("shape");
                foreach (var size in tensor.Shape)
                {
                    json.WriteNumberValue(size);
                }

                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                offset += tensor.Bytes;
                json.WriteNumberValue(offset);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        // Data starts at a multiple of 8 bytes, as readers that map the file expect.
        while (buffer.Length % 8 != 0)
        {
            buffer.WriteByte((byte)' ');
        }

        return buffer.ToArray();
    }
}
