using System.Text;
using OlmoSharp.Data.Jobs;
using OlmoSharp.Distributed;
using Xunit;

namespace OlmoSharp.Data.Tests.Jobs;

public sealed class ShardJobTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Outputs_are_the_same_however_the_tasks_are_divided()
    {
        Inputs(7);
        var expected = Run("one", threads: 1);
        Assert.Equal(7 * 50, expected.Totals["lines"]);
        foreach (var processes in new[] { 2, 3 })
        {
            var name = $"many-{processes}";
            var results = ThreadGroup.Run(processes, group => Run(name, threads: 2, group: group));
            Assert.All(results, result => Assert.Equal(expected.Totals, result.Totals));
            Assert.Equal(Files("one"), Files(name));
        }
    }

    [Fact]
    public void A_job_that_is_stopped_anywhere_goes_on_to_the_same_files()
    {
        Inputs(5);
        Run("whole");
        for (var stopAfter = 0; stopAfter < 260; stopAfter += 13)
        {
            var name = $"stopped-{stopAfter}";
            var lines = 0;
            Assert.Throws<DataException>(() => Run(name, onLine: _ =>
            {
                if (lines++ == Math.Min(stopAfter, 249))
                {
                    throw new DataException("killed");
                }
            }));
            Assert.Empty(Directory.EnumerateFiles(Folder(name), "*.tmp", SearchOption.AllDirectories));
            var result = Run(name);
            Assert.Equal(Math.Min(stopAfter, 249) / 50, result.Skipped);
            Assert.Equal(Files("whole"), Files(name));
        }
    }

    [Fact]
    public void A_finished_task_runs_again_only_when_something_changed()
    {
        Inputs(3);
        Run("out");
        Assert.Equal(3, Run("out").Skipped);
        File.AppendAllText(Path.Combine(_folder.Path, "in", "1.txt"), "more\n");
        Assert.Equal(2, Run("out").Skipped);
        File.WriteAllText(Path.Combine(Folder("out"), "2.txt.gz"), "harmed");
        Assert.Equal(2, Run("out").Skipped);
        Assert.Equal(0, Run("out", settings: "other").Skipped);
        Assert.Equal(3, Run("out", settings: "other").Skipped);
        Assert.Equal(0, Run("out", settings: "other", again: true).Skipped);
    }

    [Fact]
    public void A_failure_on_one_process_is_a_failure_on_all()
    {
        Inputs(4);
        var messages = ThreadGroup.Run(2, group => Assert.ThrowsAny<Exception>(() => Run("out", group: group, onLine: line =>
        {
            if (line.StartsWith("1,", StringComparison.Ordinal))
            {
                throw new DataException("1.txt is broken");
            }
        })).Message);
        Assert.Equal(["process 1: 1.txt is broken", "1.txt is broken"], messages);
    }

    [Fact]
    public void Two_inputs_for_one_output_are_refused()
    {
        var task = new ShardTask { Inputs = [], Outputs = [Path.Combine(_folder.Path, "a")] };
        Assert.Contains("two inputs would write this file", Assert.Throws<DataException>(() => new ShardJob("x", "").Run([task, task], _ => { }, cancellation: TestContext.Current.CancellationToken)).Message);
    }

    private string Folder(string name) => Path.Combine(_folder.Path, name);

    private void Inputs(int count)
    {
        Directory.CreateDirectory(Folder("in"));
        for (var i = 0; i < count; i++)
        {
            File.WriteAllLines(Path.Combine(Folder("in"), $"{i}.txt"), Enumerable.Range(0, 50).Select(line => $"{i},{line * 7919 % 101}"));
        }
    }

    private JobResult Run(string output, int threads = 1, IProcessGroup? group = null, string settings = "", bool again = false, Action<string>? onLine = null)
    {
        var tasks = Directory.GetFiles(Folder("in")).Order(StringComparer.Ordinal)
            .Select(path => new ShardTask { Inputs = [path], Outputs = [Path.Combine(Folder(output), Path.GetFileName(path) + ".gz"), Path.Combine(Folder(output), Path.GetFileName(path) + ".zst")] })
            .ToArray();
        return new ShardJob("test", settings) { Threads = threads, Group = group ?? SingleProcess.Instance, Again = again }.Run(tasks, work =>
        {
            foreach (var line in File.ReadLines(work.Task.Inputs[0]))
            {
                work.Output(0).Write(Encoding.UTF8.GetBytes(line + "\n"));
                onLine?.Invoke(line);
                work.Count("lines");
                work.Advance(1);
            }
        }, cancellation: TestContext.Current.CancellationToken);
    }

    private Dictionary<string, string> Files(string name) => Directory.EnumerateFiles(Folder(name), "*", SearchOption.AllDirectories)
        .ToDictionary(path => Path.GetRelativePath(Folder(name), path), path => Convert.ToHexString(File.ReadAllBytes(path)));
}
