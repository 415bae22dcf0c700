using OlmoSharp.Training.Checkpoints;
using OlmoSharp.Training.Tests.Runs;
using Xunit;

namespace OlmoSharp.Training.Tests.Checkpoints;

public sealed class DamagedCheckpointTests(SampleCorpus corpus)
{
    [Fact]
    public void One_flipped_bit_anywhere_is_noticed_and_its_file_named()
    {
        using var folder = new TemporaryFolder();
        var config = corpus.Config(folder["run"]);
        SampleRun.Train(config);
        var random = new Random(1);
        var files = Directory.GetFiles(SampleRun.Checkpoint(config), "*", SearchOption.AllDirectories);
        Assert.Equal(9, files.Length);
        foreach (var file in files)
        {
            var sound = File.ReadAllBytes(file);
            // The manifest is text that the others are judged by, so its damage has many forms.
            for (var trial = 0; trial < (file.EndsWith("manifest.json", StringComparison.Ordinal) ? 300 : 3); trial++)
            {
                var damaged = (byte[])sound.Clone();
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
                File.WriteAllBytes(file, damaged);
                Refused(() => SampleRun.Train(config, resume: true), file);
            }

            File.WriteAllBytes(file, sound[..^1]);
            Refused(() => SampleRun.Train(config, resume: true), file);
            File.WriteAllBytes(file, []);
            Refused(() => SampleRun.Train(config, resume: true), file);
            File.Delete(file);
            Refused(() => SampleRun.Train(config, resume: true), file);
            File.WriteAllBytes(file, sound);
        }

        SampleRun.Train(config, resume: true);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"model.safetensors\":null}")]
    public void A_manifest_that_vouches_for_nothing_is_refused(string manifest)
    {
        using var folder = new TemporaryFolder();
        var config = corpus.Config(folder["run"]);
        SampleRun.Train(config);
        var file = Path.Combine(SampleRun.Checkpoint(config), "training", "manifest.json");
        File.WriteAllText(file, manifest);
        Refused(() => Checkpoint.Verify(SampleRun.Checkpoint(config)), file);
    }

    [Fact]
    public void A_run_goes_on_from_the_checkpoint_before_a_damaged_one_that_was_deleted()
    {
        using var folder = new TemporaryFolder();
        var (unbroken, damaged) = (corpus.Config(folder["unbroken"]), corpus.Config(folder["damaged"]));
        SampleRun.Train(unbroken);
        SampleRun.TrainUntilCrash(damaged, step: 11);
        File.AppendAllText(Path.Combine(SampleRun.Checkpoint(damaged, 10), "model.safetensors"), "x");
        Refused(() => SampleRun.Train(damaged, resume: true), SampleRun.Checkpoint(damaged, 10));
        Directory.Delete(SampleRun.Checkpoint(damaged, 10), recursive: true);
        SampleRun.Train(damaged, resume: true);
        Assert.Equal(SampleRun.Result(unbroken), SampleRun.Result(damaged));
        Assert.Equal(SampleRun.Metrics(unbroken), SampleRun.Metrics(damaged));
    }

    private static void Refused(Action action, string file)
    {
        var exception = Assert.Throws<TrainingException>(action);
        Assert.Contains(file, exception.Message, StringComparison.Ordinal);
    }
}
