using Spectre.Console;

namespace OlmoSharp.Cli.Display;

/// <summary>
/// Shows a long job's amount, rate and time left on standard error: a bar that redraws itself where a person watches, else a plain line now and then.
/// </summary>
internal static class ProgressDisplay
{
    /// <summary>Time between two plain lines.</summary>
    internal static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan RedrawEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>Runs a job on another thread and shows its progress until it ends, however it ends.</summary>
    /// <typeparam name="T">What the job gives.</typeparam>
    /// <param name="terminal">Where to show it.</param>
    /// <param name="title">What the job is called, such as <c>Training</c>.</param>
    /// <param name="unit">What is counted, such as <c>tokens</c>.</param>
    /// <param name="total">How many units there are; null if that is not known.</param>
    /// <param name="job">The job. Its exceptions, cancellation too, come out of this method.</param>
    /// <param name="time">The clock; the system's if null.</param>
    public static async Task<T> RunAsync<T>(Terminal terminal, string title, string unit, long? total, Func<JobProgress, T> job, TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        var progress = new JobProgress(title, unit, total, time);
        var work = Task.Run(() => job(progress));
        if (terminal.IsWatched)
        {
            await ShowBarAsync(terminal, progress, work, time);
        }
        else
        {
            await ShowLinesAsync(terminal, progress, work, time);
        }

        var result = await work;
        await terminal.Error.WriteLineAsync($"{title}: {progress.Describe(isOver: true)}");
        return result;
    }

    private static async Task ShowLinesAsync(Terminal terminal, JobProgress progress, Task work, TimeProvider time)
    {
        while (await Task.WhenAny(work, Task.Delay(LineEvery, time)) != work)
        {
            var share = progress.Share is { } done ? FormattableString.Invariant($"{100 * done:0}%, ") : "";
            await terminal.Error.WriteLineAsync($"{progress.Title}: {share}{progress.Describe(isOver: false)}");
        }
    }

    private static Task ShowBarAsync(Terminal terminal, JobProgress progress, Task work, TimeProvider time) =>
        terminal.WatchedConsole().Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new SpinnerColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask(Markup.Escape(progress.Title));
                do
                {
                    bar.IsIndeterminate = progress.Share is null;
                    bar.Value = 100 * (progress.Share ?? 0);
                    bar.Description = Markup.Escape($"{progress.Title}: {progress.Describe(isOver: false)}");
                }
                while (await Task.WhenAny(work, Task.Delay(RedrawEvery, time)) != work);
            });
}
