using System.Globalization;
using OlmoSharp.Models.HuggingFace;
using OlmoSharp.Torch.Safetensors;
using Xunit;
using static TorchSharp.torch;

namespace OlmoSharp.Models.Tests.HuggingFace;

public sealed class LoadingMemoryTests
{
    // 50 million parameters: large beside what the runtime itself may need meanwhile.
    private static readonly ModelConfig Config = new()
    {
        VocabularySize = 16_384, HiddenSize = 512, IntermediateSize = 2048, Layers = 8, Heads = 8,
    };

    [Theory]
    [InlineData(ScalarType.Float32, null)]
    [InlineData(ScalarType.BFloat16, null)]
    [InlineData(ScalarType.BFloat16, ScalarType.Float32)]
    public void Loading_takes_little_more_memory_than_the_model_itself(ScalarType stored, ScalarType? kept)
    {
        const string reset = "/proc/self/clear_refs", status = "/proc/self/status";
        Assert.SkipUnless(File.Exists(reset) && File.Exists(status), "only Linux tells a process the peak of its memory");
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["config.json"], HuggingFaceConfig.Write(Config, stored));
        WeightFiles.Write(
            folder.Path,
            [.. Transformer.Describe(Config).SelectMany(parameter => parameter.Slices, (parameter, slice) => new SafetensorsSource(
                slice.Name, stored, parameter.ShapeOf(slice), () => full([.. parameter.ShapeOf(slice)], 0.5, ScalarType.Float32)))],
            shardBytes: 40_000_000);
        ModelFolder.Open(folder.Path).Weights.Dispose();
        GC.Collect();
        // Sets the peak to what is in use now.
        File.WriteAllText(reset, "5");
        var before = Kilobytes("VmRSS:");
        using var model = ModelFolder.Load(folder.Path, weightType: kept);
        var growth = (Kilobytes("VmHWM:") - before) * 1024.0;

        var bytes = (double)Config.Parameters * ((kept ?? stored) == ScalarType.Float32 ? 4 : 2);
        // Much less would mean that nothing was measured (some memory of tests before is used again); 8 MB for what the runtime does in the meantime.
        Assert.InRange(growth, 0.3 * bytes, 1.15 * bytes + 8e6);
        Assert.All(model.Parameters.Vectors, vector => Assert.Equal(kept ?? stored, vector.dtype));

        static long Kilobytes(string field)
            => long.Parse(File.ReadLines(status).Single(line => line.StartsWith(field, StringComparison.Ordinal))[field.Length..^2], CultureInfo.InvariantCulture);
    }
}
