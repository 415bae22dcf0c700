using OlmoSharp.Models.Gguf;
using Xunit;
using static TorchSharp.torch;

namespace OlmoSharp.Models.Tests.Gguf;

public sealed class GgufRopeScalingTests
{
    public static TheoryData<RopeScaling, string> Settings { get; } = new()
    {
        { new() { Type = RopeScalingType.Linear, Factor = 2.5 }, "type linear, factor 2.5" },
        { new() { Type = RopeScalingType.Yarn, Factor = 4, OriginalContextLength = 4 }, "type yarn, factor 4, original_context_length 4" },
        { new() { Type = RopeScalingType.Yarn, Factor = 8, AttentionFactor = 1.2079441541679836, OriginalContextLength = 2 }, "type yarn, factor 8, original_context_length 2" },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public void What_llama_cpp_computes_too_is_written_and_read(RopeScaling scaling, string settings)
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var model = SampleModels.Random(GgufSamples.Config with { RopeScaling = scaling }, 1);
        GgufSamples.Save(model, folder.Path);
        GgufExport.Write(folder.Path, folder["m.gguf"], GgufFileType.Parse("f32"));
        using (var file = GgufFile.Open(folder["m.gguf"]))
        {
            const string prefix = "olmo2.rope.scaling.";
            Assert.Equal(settings, string.Join(", ", file.Metadata.Values.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(pair => $"{pair.Key[prefix.Length..]} {pair.Value}")));
        }

        using var loaded = GgufModel.Load(folder["m.gguf"]).Transformer;
        Assert.Equal(scaling with { AttentionFactor = null }, loaded.Config.RopeScaling);
        var tokens = tensor(new Random(1).Tokens(9, GgufSamples.Tokens), [1, 9]);
        SampleModels.Close(model.Hidden(tokens).ToDoubles(), loaded.Hidden(tokens).ToDoubles(), 1e-6);
    }

    public static TheoryData<RopeScaling, string> Refusals { get; } = new()
    {
        { new() { Type = RopeScalingType.Llama3, Factor = 8, OriginalContextLength = 4 }, "llama3" },
        { new() { Type = RopeScalingType.Yarn, Factor = 8, BetaFast = 16 }, "beta_fast 32" },
        { new() { Type = RopeScalingType.Yarn, Factor = 8, BetaSlow = 2 }, "beta_slow 1" },
        { new() { Type = RopeScalingType.Yarn, Factor = 8, AttentionFactor = 1 }, "attention factor" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void What_it_would_compute_otherwise_is_refused_with_the_reason(RopeScaling scaling, string reason)
    {
        using var folder = new TemporaryFolder();
        using var model = SampleModels.Random(GgufSamples.Config with { RopeScaling = scaling }, 1);
        GgufSamples.Save(model, folder.Path);
        var message = Assert.Throws<ModelException>(() => GgufExport.Write(folder.Path, folder["m.gguf"], GgufFileType.Parse("f32"))).Message;
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["m.gguf"]));
    }
}
