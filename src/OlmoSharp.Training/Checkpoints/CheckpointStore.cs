using System.Globalization;
using OlmoSharp.Training.Config;

namespace OlmoSharp.Training.Checkpoints;

/// <summary>The checkpoints of one run: <c>RUN/checkpoints/step-00001000</c>.</summary>
/// <param name="run">The run's folder.</param>
public sealed class CheckpointStore(string run)
{
    private const string Prefix = "step-";

    private readonly string _folder = Path.Combine(run, "checkpoints");

    /// <summary>Where the checkpoint of a step is or shall be.</summary>
    public string PathOf(long step) => Path.Combine(_folder, Prefix + step.ToString("D8", CultureInfo.InvariantCulture));

    /// <summary>Steps with a complete checkpoint, in order.</summary>
    public IReadOnlyList<long> Steps()
        => !Directory.Exists(_folder)
            ? []
            : [.. Directory.EnumerateDirectories(_folder, Prefix + "*")
                .Select(path => long.TryParse(Path.GetFileName(path)[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : -1)
                .Where(step => step >= 0)
                .Order()];

    /// <summary>Makes the folder and removes what an interrupted save or deletion left there.</summary>
    public void Prepare()
    {
        Directory.CreateDirectory(_folder);
        Checkpoint.RemoveUnfinished(_folder);
    }

    /// <summary>Deletes checkpoints that are neither among the last nor to be kept for good.</summary>
    public void Retain(CheckpointConfig config)
    {
        foreach (var step in Steps().SkipLast(config.KeepLast))
        {
            if (config.KeepEvery == 0 || step % config.KeepEvery != 0)
            {
                Checkpoint.Delete(PathOf(step));
            }
        }
    }
}
