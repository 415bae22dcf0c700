using System.Diagnostics;
using OlmoSharp.Training.Checkpoints;
using OlmoSharp.Training.Config;
using Xunit;

namespace OlmoSharp.Training.Tests.Runs;

public sealed class KilledRunTests(SampleCorpus corpus)
{
    private const int Kills = 20;

    [Fact]
    public async Task A_run_killed_at_twenty_random_moments_ends_with_the_bits_of_an_unbroken_one()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "processes are killed with SIGKILL");
        using var folder = new TemporaryFolder();
        var killed = corpus.Config(folder["killed"]) with { Steps = 150, Checkpoints = new CheckpointConfig { Every = 2, KeepLast = 2 } };
        var unbroken = killed with { Run = folder["unbroken"] };
        SampleRun.Train(unbroken);

        var random = new Random(1);
        var store = new CheckpointStore(killed.Run);
        for (var kill = 0; kill < Kills; kill++)
        {
            using var child = TrainingChild.Start(killed, folder["config.yaml"]);
            // Most moments lie among steps and saves, some in the start, where a checkpoint is read and the logs are cut.
            if (kill % 5 == 4)
            {
                await Task.Delay(random.Next(700), TestContext.Current.CancellationToken);
            }
            else
            {
                for (var step = random.Next(1, 9); step > 0; step--)
                {
                    if (await child.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is null)
                    {
                        Assert.Fail($"after {kill} kills the run ended by itself: {await child.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)}");
                    }
                }

                Spin(random.NextDouble() * 30);
            }

            Assert.False(child.HasExited, $"the run ended before kill {kill}");
            child.Kill();
            await child.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(128 + 9, child.ExitCode);
            // What has a checkpoint's name is a whole checkpoint, at any moment.
            foreach (var step in store.Steps())
            {
                Checkpoint.Verify(store.PathOf(step));
            }
        }

        Assert.NotEmpty(store.Steps());
        SampleRun.Train(killed, resume: true);
        Assert.Equal(SampleRun.Result(unbroken), SampleRun.Result(killed));
        Assert.Equal(SampleRun.Metrics(unbroken), SampleRun.Metrics(killed));
        Assert.Equal(new CheckpointStore(unbroken.Run).Steps(), store.Steps());
        Assert.Empty(SampleRun.Leftovers(killed));
    }

    private static void Spin(double milliseconds)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed.TotalMilliseconds < milliseconds)
        {
            Thread.SpinWait(20);
        }
    }
}
