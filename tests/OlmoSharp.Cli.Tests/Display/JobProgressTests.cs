using OlmoSharp.Cli.Display;
using Xunit;

namespace OlmoSharp.Cli.Tests.Display;

public class JobProgressTests
{
    [Fact]
    public void Rate_and_time_left_follow_from_what_was_done()
    {
        var time = new ManualTime();
        var progress = new JobProgress("Training", "tokens", 10_000, time);
        Assert.Equal("0/10,000 tokens", progress.Describe(isOver: false));
        for (var second = 1; second <= 20; second++)
        {
            time.Advance(1);
            progress.Report(second * 100L, second == 3 ? "loss 2.5" : null);
        }

        Assert.Equal(0.2, progress.Share);
        Assert.Equal("2,000/10,000 tokens, 100 tokens/s, 1 min 20 s left, loss 2.5", progress.Describe(isOver: false));
    }

    [Fact]
    public void The_rate_forgets_what_is_long_past()
    {
        var time = new ManualTime();
        var meter = new RateMeter(time);
        for (var second = 1; second <= 300; second++)
        {
            time.Advance(1);
            meter.Report(second <= 200 ? second : 200 + ((second - 200) * 7L));
        }

        Assert.Equal(7, meter.PerSecond, 1e-9);
        Assert.Equal(TimeSpan.FromSeconds(100), meter.Remaining(900 + 700));
    }

    [Fact]
    public void The_end_tells_the_whole_rate()
    {
        var time = new ManualTime();
        var progress = new JobProgress("Reading", "files", null, time);
        time.Advance(4);
        progress.Report(2);
        time.Advance(4);
        progress.Report(80);
        Assert.Null(progress.Share);
        Assert.Equal("80 files, 10 files/s, in 8.0 s", progress.Describe(isOver: true));
    }

    [Fact]
    public void A_job_that_stands_still_has_no_end_in_sight()
    {
        var meter = new RateMeter(new ManualTime());
        meter.Report(0);
        Assert.Null(meter.Remaining(100));
    }
}
