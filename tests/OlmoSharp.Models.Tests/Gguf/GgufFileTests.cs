using OlmoSharp.Models.Gguf;
using Xunit;

namespace OlmoSharp.Models.Tests.Gguf;

public sealed class GgufFileTests
{
    private const uint Text = 8, List = 9, Unsigned = 4;

    [Fact]
    public void A_file_by_hand_is_read()
    {
        using var folder = new TemporaryFolder();
        // 24 + 8 + 17 + 8 bytes of header and pair, 8 + 1 + 4 + 16 + 4 + 8 of the tensor: 98, so that the data starts at 128.
        File.WriteAllBytes(folder["a.gguf"], GgufSamples.Bytes(
            "GGUF"u8.ToArray(), 3u, 1ul, 1ul, "general.alignment", Unsigned, 64u, "t", 2u, 3ul, 2ul, 0u, 0ul, new byte[30],
            new byte[] { 0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 64, 64, 0, 0, 128, 64, 0, 0, 160, 64, 0, 0, 192, 64 }));
        using var file = GgufFile.Open(folder["a.gguf"]);
        Assert.Equal(64u, file.Metadata.Values["general.alignment"]);
        Assert.Equal([2, 3], file.Tensors["t"].Shape);
        using var target = TorchSharp.torch.zeros(2, 3);
        file.CopyTo("t", target);
        Assert.Equal([1.0, 2, 3, 4, 5, 6], target.ToDoubles());
    }

    public static TheoryData<byte[], string> BrokenFiles() => new()
    {
        { GgufSamples.Bytes("GGUF"u8.ToArray(), 3u), "too few" },
        { Header("GGML"u8.ToArray(), 3u, 0ul, 0ul), "does not start with 'GGUF'" },
        { Header("GGUF"u8.ToArray(), 1u, 0ul, 0ul), "version is 1" },
        { Header("GGUF"u8.ToArray(), 0x03000000u, 0ul, 0ul), "little-endian" },
        { Header("GGUF"u8.ToArray(), 3u, 1ul << 60, 0ul), "the list of tensors claims" },
        { Header("GGUF"u8.ToArray(), 3u, 0ul, 1ul << 60), "the metadata claims" },
        { Header("GGUF"u8.ToArray(), 3u, 0ul, 1ul, 1ul << 60), "claims 1152921504606846976 entries" },
        { Header("GGUF"u8.ToArray(), 3u, 0ul, 1ul, "k", List, Text, 1ul << 40), "'k' claims" },
        { Header("GGUF"u8.ToArray(), 3u, 0ul, 1ul, "k", 99u), "unknown value type 99" },
        { Header("GGUF"u8.ToArray(), 3u, 0ul, 2ul, "k", Unsigned, 1u, "k", Unsigned, 1u), "'k' occurs twice" },
        { Header("GGUF"u8.ToArray(), 3u, 0ul, 1ul, "general.alignment", Unsigned, 0u), "alignment is 0" },
        { Header("GGUF"u8.ToArray(), 3u, 0ul, 1ul, "k", Text, 2ul, new byte[] { 0xC3, 0x28 }), "not UTF-8" },
        { Header("GGUF"u8.ToArray(), 3u, 0ul, 1ul, "k", List, List, 1ul, List, 1ul, List, 1ul, List, 1ul, Unsigned, 0ul), "lists more than" },
        { Tensors(("t", 0u, 0ul, [0ul])), "impossible shape" },
        { Tensors(("t", 0u, 0ul, [1ul << 40, 1ul << 40])), "impossible shape" },
        { Tensors(("t", 0u, 0ul, [1000ul])), "beyond the end" },
        { Tensors(("t", 0u, 1ul << 62, [8ul])), "beyond the end" },
        { Tensors(("t", 0u, 4ul, [8ul])), "not aligned" },
        { Tensors(("t", 8u, 0ul, [31ul])), "whole number of q8_0 blocks" },
        { Tensors(("t", 13u, 0ul, [256ul])), "tensor type 13" },
        { Tensors(("t", 12u, 0ul, [128ul])), "whole number of q4_k blocks" },
        { Tensors(("t", 14u, 0ul, [256ul])), "beyond the end" },
        { Tensors(("t", 0u, 0ul, [8ul]), ("t", 0u, 32ul, [8ul])), "'t' occurs twice" },
        { Tensors(("t", 0u, 0ul, [16ul]), ("u", 0u, 32ul, [8ul])), "overlaps" },
        { Tensors(("t", 0u, 0ul, [8ul])), "at the end belong to no tensor" },
        { Tensors(("t", 0u, 32ul, [8ul])), "belong to no tensor" },
    };

    [Theory]
    [MemberData(nameof(BrokenFiles))]
    public void A_broken_file_is_refused_with_its_name_and_a_reason(byte[] bytes, string reason)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["b.gguf"], bytes);
        var message = Assert.Throws<ModelException>(() => GgufFile.Open(folder["b.gguf"])).Message;
        Assert.StartsWith(folder["b.gguf"], message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named()
        => Assert.StartsWith("/none/x.gguf", Assert.Throws<ModelException>(() => GgufFile.Open("/none/x.gguf")).Message, StringComparison.Ordinal);

    private static byte[] Header(params object[] parts) => GgufSamples.Bytes([.. parts, new byte[32]]);

    /// <summary>A file with 64 bytes of data.</summary>
    private static byte[] Tensors(params (string Name, uint Type, ulong Offset, ulong[] Dimensions)[] tensors)
    {
        var header = GgufSamples.Bytes(
        [
            "GGUF"u8.ToArray(), 3u, (ulong)tensors.Length, 0ul,
            .. tensors.SelectMany(tensor => (object[])[tensor.Name, (uint)tensor.Dimensions.Length, .. tensor.Dimensions.Cast<object>(), tensor.Type, tensor.Offset]),
        ]);
        return [.. header, .. new byte[(header.Length + 31) / 32 * 32 - header.Length + 64]];
    }
}
