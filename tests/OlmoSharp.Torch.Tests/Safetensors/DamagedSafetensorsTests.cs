using OlmoSharp.Torch.Safetensors;
using Xunit;
using static OlmoSharp.Torch.Tests.Safetensors.SafetensorsBytes;
using static TorchSharp.torch;

namespace OlmoSharp.Torch.Tests.Safetensors;

public sealed class DamagedSafetensorsTests
{
    private static readonly string A = Entry("a", "F32", "2", 0, 8);
    private static readonly string B = Entry("b", "F32", "2", 8, 16);

    public static TheoryData<string, byte[], string> Damages { get; } = new()
    {
        { "empty", [], "too few" },
        { "shorter than the length", [1, 0, 0, 0, 0, 0, 0], "too few" },
        { "header of no bytes", File("", 0), "length" },
        { "header longer than the file", [200, 0, 0, 0, 0, 0, 0, 0, (byte)'{', (byte)'}'], "200" },
        { "negative header length", [.. BitConverter.GetBytes(-1L), (byte)'{', (byte)'}'], "-1" },
        { "header length of 2^60", [.. BitConverter.GetBytes(1L << 60), (byte)'{', (byte)'}'], "1152921504606846976" },
        { "not JSON", File("no json here", 0), "JSON" },
        { "a JSON list", File("[]", 0), "JSON object" },
        { "JSON that ends early", File("{\"a\":{\"dtype\":", 0), "" },
        { "text after the JSON", File("{" + A + "} {}", 8), "" },
        { "invalid UTF-8 in a name", File("{\"a\":1}", 0) is var f && (f[10] = 0xff) > 0 ? f : f, "" },
        { "truncated data", File("{" + A + "," + B + "}", 15), "'b'" },
        { "data that no tensor claims at the end", File("{" + A + "}", 9), "" },
        { "data that no tensor claims in between", File("{" + A + "," + Entry("b", "F32", "1", 12, 16) + "}", 16), "'b'" },
        { "overlapping tensors", File("{" + A + "," + Entry("b", "F32", "2", 4, 12) + "}", 12), "'b'" },
        { "the same data twice", File("{" + A + "," + Entry("b", "F32", "2", 0, 8) + "}", 8), "overlaps" },
        { "two tensors of one name", File("{" + A + "," + Entry("a", "F32", "2", 8, 16) + "}", 16), "'a' occurs twice" },
        { "two tensors of one name, one escaped", File("{" + A + "," + Entry("\\u0061", "F32", "2", 8, 16) + "}", 16), "'a' occurs twice" },
        { "one field twice", File("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"I32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8), "dtype" },
        { "end before begin", File("{" + Entry("a", "F32", "2", 8, 0) + "}", 8), "'a'" },
        { "negative begin", File("{" + Entry("a", "F32", "2", -8, 0) + "}", 8), "'a'" },
        { "offsets of 2^60", File("{" + Entry("a", "U8", "1", 1L << 60, (1L << 60) + 1) + "}", 8), "'a'" },
        { "a shape of 2^60", File("{" + Entry("a", "F32", "1152921504606846976", 0, 8) + "}", 8), "'a'" },
        { "a shape of 2^60 by 2^60", File("{" + Entry("a", "F32", "1152921504606846976,1152921504606846976", 0, 8) + "}", 8), "'a'" },
        { "a shape whose product wraps to 0", File("{" + Entry("a", "F32", "4294967296,4294967296", 0, 0) + "}", 0), "'a'" },
        { "a dimension beyond 64 bits", File("{" + Entry("a", "F32", "99999999999999999999", 0, 8) + "}", 8), "" },
        { "a negative dimension", File("{" + Entry("a", "F32", "-2", 0, 8) + "}", 8), "'a'" },
        { "two negative dimensions", File("{" + Entry("a", "F32", "-1,-2", 0, 8) + "}", 8), "'a'" },
        { "a dimension that is not whole", File("{" + Entry("a", "F32", "2.5", 0, 8) + "}", 8), "" },
        { "too many dimensions", File("{" + Entry("a", "F32", string.Join(',', Enumerable.Repeat(1, 100)), 0, 4) + "}", 4), "'a'" },
        { "a dtype of another size", File("{" + Entry("a", "F64", "2", 0, 8) + "}", 8), "'a'" },
        { "an unknown dtype", File("{" + Entry("a", "F8_E4M3", "8", 0, 8) + "}", 8), "F8_E4M3" },
        { "no dtype", File("{\"a\":{\"shape\":[2],\"data_offsets\":[0,8]}}", 8), "'a'" },
        { "no shape", File("{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}}", 8), "'a'" },
        { "no offsets", File("{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}", 8), "'a'" },
        { "three offsets", File("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8,8]}}", 8), "'a'" },
        { "a null dtype", File("{\"a\":{\"dtype\":null,\"shape\":[2],\"data_offsets\":[0,8]}}", 8), "'a'" },
        { "an unknown field", File("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"stride\":[1]}}", 8), "stride" },
        { "a tensor that is a number", File("{\"a\":3}", 0), "'a'" },
        { "metadata that is a list", File("{\"__metadata__\":[]}", 0), "__metadata__" },
        { "metadata that is not text", File("{\"__metadata__\":{\"a\":{}}}", 0), "" },
        { "deeply nested JSON", File("{\"__metadata__\":{\"a\":" + new string('[', 100_000) + new string(']', 100_000) + "}}", 0), "" },
        { "a lone surrogate in a name", File("{" + Entry("\\ud800", "F32", "2", 0, 8) + "}", 8), "" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void Damage_is_refused_with_the_file_s_name(string damage, byte[] content, string reason)
    {
        using var folder = new TemporaryFolder();
        System.IO.File.WriteAllBytes(folder["model.safetensors"], content);
        var exception = Assert.Throws<TorchException>(() => SafetensorsFile.Open(folder["model.safetensors"]));
        Assert.True(exception.Message.StartsWith(folder["model.safetensors"], StringComparison.Ordinal), $"{damage}: {exception.Message}");
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["folder"]);
        foreach (var path in new[] { folder["missing"], folder["folder"], folder["no/such/folder"] })
        {
            var exception = Assert.Throws<TorchException>(() => SafetensorsFile.Open(path));
            Assert.StartsWith(path, exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Order_in_the_header_and_tensors_without_elements_are_free()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        System.IO.File.WriteAllBytes(
            folder["x"], File("{" + B + "," + Entry("none", "F32", "0,3", 8, 8) + "," + A + "," + Entry("scalar", "F32", "", 16, 20) + "}", 20));
        using var file = SafetensorsFile.Open(folder["x"]);
        Assert.Equal(["b", "none", "a", "scalar"], file.Entries.Keys);
        file.CopyTo("none", zeros(0, 3));
        file.CopyTo("scalar", tensor(1f));
    }
}
