using Xunit;

namespace OlmoSharp.Distributed.Tests;

public sealed class LaunchTests
{
    [Theory]
    [InlineData("", null)]
    [InlineData("OMPI_COMM_WORLD_SIZE=3 OMPI_COMM_WORLD_RANK=2", "Open MPI 3 2")]
    [InlineData("PMI_SIZE=4 PMI_RANK=0", "PMI 4 0")]
    [InlineData("SLURM_STEP_NUM_TASKS=2 SLURM_PROCID=1", "Slurm 2 1")]
    [InlineData("SLURM_STEP_NUM_TASKS=1 SLURM_PROCID=0 OMPI_COMM_WORLD_SIZE=3 OMPI_COMM_WORLD_RANK=2", "Open MPI 3 2")]
    [InlineData("SLURM_PROCID=0", null)]
    [InlineData("PMI_SIZE=x PMI_RANK=0", null)]
    public void The_environment_says_how_many_processes_there_are(string environment, string? expected)
    {
        var variables = environment.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        Assert.Equal(expected, Launch.Read(variables.GetValueOrDefault) is { } launch ? $"{launch.Launcher} {launch.Size} {launch.Rank}" : null);
    }
}
