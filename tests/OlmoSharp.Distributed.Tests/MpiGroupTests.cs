using Xunit;

namespace OlmoSharp.Distributed.Tests;

/// <summary>What the processes of a group see of each other; runs where <c>mpirun</c> starts this program, as <c>tests/mpi/run</c> does.</summary>
public sealed class MpiGroupTests
{
    [Fact]
    public void All_members_see_the_same()
    {
        Assert.SkipWhen(Launch.Current is null or { Size: 1 }, "not started by mpirun; tests/mpi/run does");
        var launch = Launch.Current!;
        // Not disposed of on failure: the others would wait in another call, and so mpirun ends all.
        var group = ProcessGroup.Join();
        Assert.Equal((launch.Rank, launch.Size), (group.Rank, group.Size));

        // Open MPI has signal handlers of its own, which must leave the runtime's in place.
        Assert.Throws<NullReferenceException>(() => Length(null!));

        // Lengths differ, and some member brings nothing.
        foreach (var factor in new[] { 0, 1, 70_000 })
        {
            var expected = Enumerable.Range(0, group.Size).Select(rank => Share(rank, factor)).ToArray();
            Assert.Equal(expected, group.AllGather(Share(group.Rank, factor)));
        }

        foreach (var count in new[] { 0, 1, 100_003 })
        {
            var values = Values(group.Rank, count);
            group.AllReduceOr(values);
            Assert.Equal(Enumerable.Range(0, group.Size).Select(rank => Values(rank, count)).Aggregate((a, b) => [.. a.Zip(b, (x, y) => x | y)]), values);
        }

        // Nobody leaves a barrier before the last has come.
        if (group.Rank == group.Size - 1)
        {
            Thread.Sleep(300);
        }

        var arrived = DateTime.UtcNow.Ticks;
        group.Barrier();
        var left = DateTime.UtcNow.Ticks;
        Assert.InRange(group.AllGather(BitConverter.GetBytes(arrived)).Max(bytes => BitConverter.ToInt64(bytes)), arrived, left);
        group.Dispose();
    }

    private static int Length(string text) => text.Length;

    private static byte[] Share(int rank, int factor) => [.. Enumerable.Range(0, rank * factor).Select(i => (byte)(i * 31 + rank))];

    private static ulong[] Values(int rank, int count) => [.. Enumerable.Range(0, count).Select(i => 1UL << (int)((uint)(i * 7919 + rank * 13) % 64))];
}
