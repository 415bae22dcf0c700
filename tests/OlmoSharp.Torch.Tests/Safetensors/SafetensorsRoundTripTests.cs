using System.Buffers.Binary;
using System.Text.Json;
using CsCheck;
using OlmoSharp.Torch.Safetensors;
using Xunit;
using static TorchSharp.torch;

namespace OlmoSharp.Torch.Tests.Safetensors;

public sealed class SafetensorsRoundTripTests
{
    private static readonly (ScalarType Dtype, string Name, int Size)[] Dtypes =
    [
        (ScalarType.Float64, "F64", 8), (ScalarType.Float32, "F32", 4), (ScalarType.Float16, "F16", 2), (ScalarType.BFloat16, "BF16", 2),
        (ScalarType.Int64, "I64", 8), (ScalarType.Int32, "I32", 4), (ScalarType.Int16, "I16", 2), (ScalarType.Int8, "I8", 1), (ScalarType.Byte, "U8", 1),
    ];

    private static readonly Gen<(int Dtype, long[] Shape, bool Transposed)[]> Tensors =
        Gen.Select(Gen.Int[0, Dtypes.Length - 1], Gen.Long[0, 5].Array[0, 4], Gen.Bool).Array[0, 6];

    [Fact]
    public void What_was_written_is_read_bit_for_bit()
        => Gen.Select(Tensors, Gen.String.Array[6], Gen.Int).Sample(
            (plan, names, seed) =>
            {
                using var folder = new TemporaryFolder();
                using var scope = NewDisposeScope();
                var random = new Random(seed);
                var tensors = plan.Select((item, i) => ($"{i}{WithoutLoneSurrogates(names[i])}", Sample(item, random))).ToList();
                SafetensorsWriter.Write(folder["a"], tensors, new Dictionary<string, string> { ["format"] = "pt", ["note"] = "é" });
                SafetensorsWriter.Write(folder["b"], tensors, new Dictionary<string, string> { ["format"] = "pt", ["note"] = "é" });
                Assert.Equal(File.ReadAllBytes(folder["a"]), File.ReadAllBytes(folder["b"]));

                using var file = SafetensorsFile.Open(folder["a"]);
                Assert.Equal(tensors.Select(t => t.Item1), file.Entries.Keys);
                Assert.Equal("é", file.Metadata["note"]);
                foreach (var (name, written) in tensors)
                {
                    var entry = file.Entries[name];
                    Assert.Equal(written.dtype, entry.Dtype);
                    Assert.Equal(written.shape, entry.Shape);
                    var read = empty(written.shape, written.dtype);
                    file.CopyTo(name, read);
                    Assert.Equal(Bytes(written), Bytes(read));
                    Assert.Equal(Bytes(written), File.ReadAllBytes(folder["a"]).AsSpan((int)entry.Offset, (int)entry.Bytes).ToArray());
                }
            },
            iter: 150, threads: 1);

    [Fact]
    public void Header_is_the_published_format()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(
            folder["x"], [("a.weight", tensor([1f, -2f, 3.5f, 0f], [2, 2])), ("b", tensor([7L]))], new Dictionary<string, string> { ["format"] = "pt" });
        var bytes = File.ReadAllBytes(folder["x"]);
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        using var json = JsonDocument.Parse(bytes.AsMemory(8, length));
        Assert.Equal((byte)'{', bytes[8]);
        Assert.Equal(0, (8 + length) % 8);
        Assert.Equal("pt", json.RootElement.GetProperty("__metadata__").GetProperty("format").GetString());
        var a = json.RootElement.GetProperty("a.weight");
        Assert.Equal("F32", a.GetProperty("dtype").GetString());
        Assert.Equal("[2,2]", a.GetProperty("shape").GetRawText());
        Assert.Equal("[0,16]", a.GetProperty("data_offsets").GetRawText());
        Assert.Equal("[16,24]", json.RootElement.GetProperty("b").GetProperty("data_offsets").GetRawText());
        Assert.Equal(-2f, BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(8 + length + 4)));
        Assert.Equal(7, BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(8 + length + 16)));
        Assert.Equal(8 + length + 24, bytes.Length);
    }

    [Fact]
    public void A_file_made_by_hand_is_read_with_conversion_into_any_layout()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        // bfloat16 is the upper half of a float32.
        byte[] data = [.. new[] { 1f, 2f, 3f, -0.5f, 1024f, 0f }.SelectMany(x => BitConverter.GetBytes(x)[2..])];
        File.WriteAllBytes(folder["x"], SafetensorsBytes.File("{" + SafetensorsBytes.Entry("w", "BF16", "2,3", 0, 12) + "}   ", data));
        using var file = SafetensorsFile.Open(folder["x"]);
        var target = zeros(3, 2).t();
        file.CopyTo("w", target);
        Assert.Equal([1, 2, 3, -0.5, 1024, 0], target.ToDoubles());
    }

    [Fact]
    public void Copying_names_what_does_not_fit()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(folder["x"], [("w", zeros(2, 3))], new Dictionary<string, string>());
        using var file = SafetensorsFile.Open(folder["x"]);
        var missing = Assert.Throws<TorchException>(() => file.CopyTo("v", zeros(2, 3)));
        Assert.Contains(folder["x"], missing.Message, StringComparison.Ordinal);
        Assert.Contains("'v'", missing.Message, StringComparison.Ordinal);
        var misshapen = Assert.Throws<TorchException>(() => file.CopyTo("w", zeros(3, 2)));
        Assert.Contains("[2, 3]", misshapen.Message, StringComparison.Ordinal);
        Assert.Contains("[3, 2]", misshapen.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_existing_file_is_not_overwritten_and_an_unknown_dtype_is_refused()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        File.WriteAllText(folder["x"], "kept");
        Assert.Throws<IOException>(() => SafetensorsWriter.Write(folder["x"], [("w", zeros(1))], new Dictionary<string, string>()));
        Assert.Equal("kept", File.ReadAllText(folder["x"]));
        Assert.Throws<TorchException>(() => SafetensorsWriter.Write(folder["y"], [("w", zeros(1, ScalarType.ComplexFloat32))], new Dictionary<string, string>()));
    }

    private static Tensor Sample((int Dtype, long[] Shape, bool Transposed) item, Random random)
    {
        var (dtype, _, size) = Dtypes[item.Dtype];
        var count = item.Shape.Aggregate(1L, (product, dimension) => product * dimension);
        var bytes = new byte[count * size];
        random.NextBytes(bytes);
        var result = empty(item.Shape, dtype);
        bytes.CopyTo(result.bytes);
        return item.Transposed && item.Shape.Length > 1 ? result.transpose(0, 1) : result;
    }

    private static byte[] Bytes(Tensor tensor) => tensor.contiguous().bytes.ToArray();

    private static string WithoutLoneSurrogates(string text) => string.Concat(text.EnumerateRunes());
}
