using OlmoSharp.Data.Configuration;
using OlmoSharp.Training.Config;

namespace OlmoSharp.Training;

/// <summary>Tells whether a config describes the run that a checkpoint comes from.</summary>
internal static class RunIdentity
{
    /// <summary>Compares everything that decides about weights. When to evaluate and save, and where, may change.</summary>
    /// <exception cref="TrainingException">Something differs; the first difference is named.</exception>
    public static void RequireSame(TrainConfig config, string savedYaml, string checkpoint)
    {
        var saved = ConfigReader.ReadText<TrainConfig>(savedYaml, checkpoint);
        var now = ConfigWriter.Write(Essence(config, config)).Split('\n');
        var then = ConfigWriter.Write(Essence(saved, config)).Split('\n');
        for (var i = 0; i < Math.Max(now.Length, then.Length); i++)
        {
            var (mine, theirs) = (now.ElementAtOrDefault(i)?.Trim() ?? "nothing", then.ElementAtOrDefault(i)?.Trim() ?? "nothing");
            if (mine != theirs)
            {
                throw new TrainingException(
                    $"{checkpoint}: belongs to a run of another config: it has '{theirs}' where this one has '{mine}'; "
                    + "resume with the run's own config.yaml, or start another run in a new folder");
            }
        }
    }

    private static TrainConfig Essence(TrainConfig config, TrainConfig frame)
        => config with
        {
            Run = frame.Run,
            Tokenizer = frame.Tokenizer,
            Evaluation = frame.Evaluation,
            Checkpoints = frame.Checkpoints,
            Data = config.Data with { HeldOut = frame.Data.HeldOut },
        };
}
