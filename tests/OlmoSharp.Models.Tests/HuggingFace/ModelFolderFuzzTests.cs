using CsCheck;
using OlmoSharp.Fuzzing;
using OlmoSharp.Models.HuggingFace;
using OlmoSharp.Torch;
using Xunit;
using static OlmoSharp.Models.Tests.SampleModels;
using static TorchSharp.torch;

namespace OlmoSharp.Models.Tests.HuggingFace;

/// <summary>Folders with one damaged JSON file.</summary>
public sealed class ModelFolderFuzzTests
{
    private static readonly ModelConfig[] Families =
    [
        Small with { Layers = 1 },
        Small with { Layers = 1, Norm = NormKind.LayerNorm, NormPlacement = NormPlacement.BeforeSublayer, QkNorm = false, NormEpsilon = 1e-5, ClipQkv = 8, TiedEmbeddings = true },
        Small with { Layers = 1, NormPlacement = NormPlacement.BeforeSublayer, Experts = 3, ExpertsPerToken = 2 },
        Small with { Layers = 1, Experts = 3, ExpertsPerToken = 2 },
    ];

    [Fact]
    public void A_damaged_config_is_sound_or_refused() => Load("config.json", ModelFolder.ConfigFile, 1);

    [Fact]
    public void A_damaged_index_is_sound_or_refused() => Load("model.safetensors.index.json", WeightFiles.IndexFile, 0.25);

    [Fact]
    public void A_damaged_generation_config_is_sound_or_refused()
    {
        using var folder = new TemporaryFolder();
        var path = folder[ModelFolder.GenerationConfigFile];
        var original = "{\"eos_token_id\": [1, 2], \"pad_token_id\": 1, \"temperature\": 0.7}"u8.ToArray();
        FuzzRun.Load("generation_config.json", Mutation.Few.Select(mutations => mutations.Aggregate(original, JsonMutation.Apply)), mutant =>
        {
            File.WriteAllBytes(path, mutant);
            try
            {
                Assert.All(GenerationConfig.Read(folder.Path).EndIds, id => Assert.True(id >= 0));
                return true;
            }
            catch (ModelException e)
            {
                Assert.StartsWith(path, e.Message, StringComparison.Ordinal);
                return false;
            }
        });
    }

    private static void Load(string format, string file, double share)
    {
        using var temporary = new TemporaryFolder();
        var folders = Families.Select((config, i) =>
        {
            using var model = SampleModels.Random(config, i);
            var folder = Directory.CreateDirectory(temporary[$"{i}"]).FullName;
            ModelFolder.Save(model, folder, shardBytes: file == WeightFiles.IndexFile ? 4_000 : long.MaxValue);
            return (Path: folder, Original: File.ReadAllBytes(Path.Combine(folder, file)));
        }).ToArray();
        // Which family's folder a damaged file goes to is its first byte.
        FuzzRun.Load(
            format,
            Gen.Select(Gen.Int[0, folders.Length - 1], Mutation.Few)
                .Select((i, mutations) => (byte[])[(byte)i, .. mutations.Aggregate(folders[i].Original, JsonMutation.Apply)]),
            mutant =>
            {
                var (folder, original) = folders[mutant[0]];
                var path = Path.Combine(folder, file);
                try
                {
                    File.WriteAllBytes(path, mutant[1..]);
                    using var scope = NewDisposeScope();
                    using var model = ModelFolder.Load(folder);
                    model.Logits(model.Hidden(zeros(1, 1, dtype: ScalarType.Int64)));
                    return true;
                }
                catch (Exception e) when (e is ModelException or TorchException)
                {
                    Assert.StartsWith(folder, e.Message, StringComparison.Ordinal);
                    Assert.InRange(e.Message.Length, 0, 20_000 + 10 * mutant.Length);
                    return false;
                }
                finally
                {
                    File.WriteAllBytes(path, original);
                }
            },
            share);
    }
}
