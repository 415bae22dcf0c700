using System.Globalization;

namespace OlmoSharp.Distributed;

/// <summary>What a launcher of parallel programs says to each process that it starts.</summary>
/// <param name="Launcher">The family of the launcher.</param>
/// <param name="Size">How many processes it started.</param>
/// <param name="Rank">This process's number, from 0.</param>
public sealed record Launch(string Launcher, int Size, int Rank)
{
    private static readonly (string Launcher, string Size, string Rank)[] Known =
    [
        ("Open MPI", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK"),
        ("PMI", "PMI_SIZE", "PMI_RANK"),
        ("Slurm", "SLURM_STEP_NUM_TASKS", "SLURM_PROCID"),
    ];

    /// <summary>How this process was started; null: alone.</summary>
    public static Launch? Current { get; } = Read(Environment.GetEnvironmentVariable);

    /// <summary>Reads the environment.</summary>
    internal static Launch? Read(Func<string, string?> variable)
    {
        foreach (var (launcher, size, rank) in Known)
        {
            if (Number(variable(size)) is { } processes && Number(variable(rank)) is { } number)
            {
                return new Launch(launcher, processes, number);
            }
        }

        return null;
    }

    private static int? Number(string? value) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
