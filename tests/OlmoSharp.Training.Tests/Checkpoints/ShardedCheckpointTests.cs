using System.Text.Json;
using OlmoSharp.Models.HuggingFace;
using OlmoSharp.Training.Tests.Runs;
using Xunit;

namespace OlmoSharp.Training.Tests.Checkpoints;

/// <summary>Checkpoints whose weights are in several files, as another tool may have split them.</summary>
public sealed class ShardedCheckpointTests(SampleCorpus corpus)
{
    [Fact]
    public void A_run_goes_on_from_shards_to_the_same_bits_and_a_damaged_shard_is_named()
    {
        using var folder = new TemporaryFolder();
        var (unbroken, sharded) = (corpus.Config(folder["unbroken"]), corpus.Config(folder["sharded"]));
        SampleRun.Train(unbroken);
        SampleRun.TrainUntilCrash(sharded, step: 11);
        var checkpoint = SampleRun.Checkpoint(sharded, 10);
        Split(checkpoint);
        var shard = Directory.GetFiles(checkpoint, "model-*.safetensors").Order(StringComparer.Ordinal).Last();
        var sound = File.ReadAllBytes(shard);
        File.WriteAllBytes(shard, [.. sound[..^1], (byte)(sound[^1] ^ 1)]);
        Assert.Contains(shard, Assert.Throws<TrainingException>(() => SampleRun.Train(sharded, resume: true)).Message, StringComparison.Ordinal);
        File.WriteAllBytes(shard, sound);
        SampleRun.Train(sharded, resume: true);
        Assert.Equal(SampleRun.Result(unbroken), SampleRun.Result(sharded));
    }

    /// <summary>Splits the weights into files and writes the manifest anew.</summary>
    private static void Split(string checkpoint)
    {
        using (var model = ModelFolder.Load(checkpoint))
        {
            foreach (var name in new[] { "model.safetensors", "config.json", "generation_config.json" })
            {
                File.Delete(Path.Combine(checkpoint, name));
            }

            ModelFolder.Save(model, checkpoint, shardBytes: 10_000);
        }

        Assert.True(Directory.GetFiles(checkpoint, "model-*.safetensors").Length > 1);
        var manifest = Path.Combine(checkpoint, "training", "manifest.json");
        File.Delete(manifest);
        File.WriteAllText(manifest, JsonSerializer.Serialize(Directory.GetFiles(checkpoint, "*", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetRelativePath(checkpoint, file), SampleRun.Sha256)));
    }
}
