using System.Diagnostics;
using OlmoSharp.Training.Checkpoints;
using OlmoSharp.Training.Config;
using OlmoSharp.Training.Tests.Runs;
using Xunit;

namespace OlmoSharp.Training.Tests.Checkpoints;

public sealed class FullDiskTests(SampleCorpus corpus)
{
    private const int Block = 4096;

    [Fact]
    public void A_run_folder_that_cannot_be_made_is_one_clear_error()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["file"], "");
        var exception = Assert.Throws<TrainingException>(() => SampleRun.Train(corpus.Config(folder["file/run"])));
        Assert.Contains(folder["file/run"], exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    [Fact]
    public void Wherever_the_disk_is_full_the_run_says_so_and_resumes_to_the_same_bits()
    {
        using var folder = new TemporaryFolder();
        var unbroken = corpus.Config(folder["unbroken"]) with { Steps = 6, Checkpoints = new CheckpointConfig { Every = 2, KeepLast = 2 } };
        SampleRun.Train(unbroken);
        var checkpoint = Directory.GetFiles(SampleRun.Checkpoint(unbroken), "*", SearchOption.AllDirectories).Sum(file => (new FileInfo(file).Length + Block - 1) / Block * Block);

        // From a disk that not even the run's folder fits on to one that three checkpoints fit on.
        var disk = Directory.CreateDirectory(folder["disk"]).FullName;
        var failures = new HashSet<string>();
        for (long size = Block; size < 3.4 * checkpoint; size += checkpoint / 9)
        {
            Mount(disk, size);
            try
            {
                var config = unbroken with { Run = Path.Combine(disk, "run") };
                try
                {
                    SampleRun.Train(config);
                }
                catch (TrainingException e)
                {
                    Assert.Contains(disk, e.Message, StringComparison.Ordinal);
                    Assert.DoesNotContain('\n', e.Message);
                    failures.Add(e.Message.Split(':')[0]);
                    var store = new CheckpointStore(config.Run);
                    Assert.All(store.Steps(), step => Checkpoint.Verify(store.PathOf(step)));
                    Assert.DoesNotContain(SampleRun.Leftovers(config), path => Path.GetFileName(path).StartsWith(".writing", StringComparison.Ordinal));
                    Execute("mount", "-o", $"remount,size={100 * checkpoint}", disk);
                    SampleRun.Train(config, resume: true);
                }

                Assert.Equal(SampleRun.Result(unbroken), SampleRun.Result(config));
                Assert.Equal(SampleRun.Metrics(unbroken), SampleRun.Metrics(config));
                Assert.Empty(SampleRun.Leftovers(config));
            }
            finally
            {
                Execute("umount", disk);
            }
        }

        Assert.True(failures.Count >= 3, $"the disk was full at {string.Join(", ", failures)} only");
    }

    private static void Mount(string folder, long size)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "a small disk needs the right to mount one");
        Assert.SkipUnless(Execute("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", folder), "this process may not mount a small disk");
    }

    private static bool Execute(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
