using System.Runtime.InteropServices;
using System.Text;
using static TorchSharp.torch;

namespace OlmoSharp.Models.Gguf;

/// <summary>Writes GGUF files of version 3.</summary>
internal static class GgufWriter
{
    private const long PieceElements = 1 << 22;

    /// <summary>Writes a file that appears whole or not at all; the same input gives the same bytes.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="metadata">Values: uint, float, bool, string, int[] or string[].</param>
    /// <param name="tensors">The tensors, in the order they are stored.</param>
    /// <exception cref="ModelException">The disk refuses, or a value does not fit its type.</exception>
    public static void Write(string path, IReadOnlyList<(string Key, object Value)> metadata, IReadOnlyList<GgufTensorSource> tensors)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            try
            {
                using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20))
                {
                    Write(path, file, metadata, tensors);
                    file.Flush(flushToDisk: true);
                }

                File.Move(temporary, path, overwrite: true);
            }
            catch
            {
                File.Delete(temporary);
                throw;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{path}: cannot be written: {e.Message}", e);
        }
    }

    private static void Write(string path, FileStream file, IReadOnlyList<(string Key, object Value)> metadata, IReadOnlyList<GgufTensorSource> tensors)
    {
        using var writer = new BinaryWriter(file, Encoding.UTF8, leaveOpen: true);
        writer.Write(GgufFile.Magic);
        writer.Write(GgufFile.Version);
        writer.Write((ulong)tensors.Count);
        writer.Write((ulong)metadata.Count);
        foreach (var (key, value) in metadata)
        {
            WriteText(writer, key);
            WriteValue(writer, value);
        }

        long offset = 0;
        foreach (var tensor in tensors)
        {
            WriteText(writer, tensor.Name);
            writer.Write((uint)tensor.Shape.Count);
            foreach (var size in tensor.Shape.Reverse())
            {
                writer.Write((ulong)size);
            }

            writer.Write(tensor.Type.Id);
            writer.Write((ulong)offset);
            offset = GgufFile.Align(offset + tensor.Bytes, GgufFile.DefaultAlignment);
        }

        foreach (var tensor in tensors)
        {
            Pad(writer);
            if (tensor.WriteStored is { } write)
            {
                write(writer.BaseStream);
            }
            else
            {
                WriteData(path, writer, tensor);
            }
        }

        Pad(writer);
    }

    private static void Pad(BinaryWriter writer)
    {
        writer.Flush();
        var position = writer.BaseStream.Position;
        writer.Write(new byte[GgufFile.Align(position, GgufFile.DefaultAlignment) - position]);
    }

    private static void WriteData(string path, BinaryWriter writer, GgufTensorSource source)
    {
        var rowElements = source.Shape[^1];
        var pieceRows = Math.Clamp(PieceElements / rowElements, 1, Math.Max(1, source.Shape.SkipLast(1).Aggregate(1L, (product, size) => product * size)));
        var values = new float[pieceRows * rowElements];
        var bytes = new byte[source.Type.BytesOf(values.Length)];
        foreach (var load in source.Parts)
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            var rows = load().view(-1, rowElements);
            for (long row = 0; row < rows.shape[0]; row += pieceRows)
            {
                using var piece = NewDisposeScope();
                var tensor = rows.narrow(0, row, Math.Min(pieceRows, rows.shape[0] - row)).contiguous();
                var elements = (int)tensor.numel();
                MemoryMarshal.Cast<byte, float>(tensor.bytes).CopyTo(values);
                // Compared this way round, because the largest magnitude is not a number where any element is not.
                if (!(tensor.abs().max().item<float>() <= source.Type.Largest))
                {
                    throw new ModelException($"{path}: '{source.Name}' holds the value {Array.Find(values, value => !(Math.Abs(value) <= source.Type.Largest))}, "
                        + $"which {source.Type.Name} cannot store; convert to f32 or bf16, or check the model");
                }

                var size = (int)source.Type.BytesOf(elements);
                source.Type.Encode(values.AsMemory(0, elements), bytes.AsMemory(0, size));
                writer.Write(bytes, 0, size);
            }
        }
    }

    private static void WriteText(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    private static void WriteValue(BinaryWriter writer, object value)
    {
        switch (value)
        {
            case uint number:
                writer.Write((uint)GgufValueType.UInt32);
                writer.Write(number);
                break;
            case float number:
                writer.Write((uint)GgufValueType.Float32);
                writer.Write(number);
                break;
            case bool truth:
                writer.Write((uint)GgufValueType.Bool);
                writer.Write(truth);
                break;
            case string text:
                writer.Write((uint)GgufValueType.String);
                WriteText(writer, text);
                break;
            case int[] numbers:
                WriteListStart(writer, GgufValueType.Int32, numbers.Length);
                Array.ForEach(numbers, writer.Write);
                break;
            case string[] texts:
                WriteListStart(writer, GgufValueType.String, texts.Length);
                Array.ForEach(texts, text => WriteText(writer, text));
                break;
            default:
                throw new ArgumentException($"metadata cannot hold a {value.GetType()}", nameof(value));
        }
    }

    private static void WriteListStart(BinaryWriter writer, GgufValueType type, int count)
    {
        writer.Write((uint)GgufValueType.Array);
        writer.Write((uint)type);
        writer.Write((ulong)count);
    }
}
