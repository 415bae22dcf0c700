using Xunit;

namespace OlmoSharp.Distributed.Tests;

public sealed class SingleProcessTests
{
    [Fact]
    public void A_program_that_runs_alone_is_its_own_group()
    {
        var group = SingleProcess.Instance;
        ulong[] values = [1, 6];
        group.AllReduceOr(values);
        Assert.Equal((0, 1), (group.Rank, group.Size));
        Assert.Equal([1, 6], values);
        Assert.Equal([[1, 2, 3]], group.AllGather([1, 2, 3]));
    }
}
