using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OlmoSharp.Data.Documents;
using TorchSharp;
using TorchSharp.Modules;

namespace OlmoSharp.Training.Callbacks;

/// <summary>Writes every step's figures to <c>metrics.jsonl</c> and to TensorBoard event files under <c>tensorboard/</c>.</summary>
public sealed class MetricsLog : TrainingCallback, IDisposable
{
    /// <summary>Name of the log in a run's folder.</summary>
    public const string File = "metrics.jsonl";

    /// <summary>Name of the file beside it that says what the tasks are whose scores it has.</summary>
    public const string TasksFile = "tasks.json";

    private static readonly JsonSerializerOptions OneLine = new()
    {
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private FileStream? _log;
    private SummaryWriter? _tensorBoard;

    /// <inheritdoc/>
    public override void OnStart(Trainer trainer)
    {
        var path = Path.Combine(trainer.Config.Run, File);
        Guard(path, () =>
        {
            KeepUpTo(path, trainer.Step);
            // Without a buffer, or closing the log after a full disk would fail a second time.
            _log = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
            _tensorBoard = torch.utils.tensorboard.SummaryWriter(Path.Combine(trainer.Config.Run, "tensorboard"));
        });
    }

    /// <inheritdoc/>
    public override void OnFirstStep(Trainer trainer, IDictionary<string, double> figures)
    {
        if (figures.Count > 0)
        {
            Write(trainer.Step, trainer.Tokens, figures);
        }
    }

    /// <inheritdoc/>
    public override void OnLastStepAgain(Trainer trainer, IDictionary<string, double> figures) => OnFirstStep(trainer, figures);

    /// <inheritdoc/>
    public override void OnStep(Trainer trainer, StepResult result) => Write(result.Step, result.Tokens, result.Metrics);

    /// <inheritdoc/>
    public override void OnEnd(Trainer trainer) => Dispose();

    /// <inheritdoc/>
    public void Dispose()
    {
        _log?.Dispose();
        _log = null;
    }

    /// <summary>Whether a run's log has a figure of a step whose name begins so. A torn line has none.</summary>
    internal static bool Has(string run, long step, string prefix)
    {
        var path = Path.Combine(run, File);
        if (!System.IO.File.Exists(path))
        {
            return false;
        }

        // The log may be open already.
        using var lines = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        while (lines.ReadLine() is { } line)
        {
            try
            {
                if (JsonNode.Parse(line) is JsonObject figures && (long?)figures["step"] == step && figures.Any(figure => figure.Key.StartsWith(prefix, StringComparison.Ordinal)))
                {
                    return true;
                }
            }
            catch (JsonException)
            {
                return false;
            }
        }

        return false;
    }

    private void Write(long step, long tokens, IDictionary<string, double> figures)
    {
        var line = new JsonObject { ["step"] = step, ["tokens"] = tokens };
        foreach (var (name, value) in figures)
        {
            line[name] = double.IsFinite(value) ? value : value.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        Guard(_log!.Name, () =>
        {
            _log.Write(Encoding.UTF8.GetBytes(line.ToJsonString(OneLine) + "\n"));
            foreach (var (name, value) in figures)
            {
                _tensorBoard!.add_scalar(name, (float)value, (int)step);
            }
        });
    }

    private static void Guard(string path, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"{path}: the logs cannot be written: {e.Message}; free some space, then go on with --resume", e);
        }
    }

    /// <summary>A run that goes on from an earlier checkpoint does the later steps again, so their lines go.</summary>
    private static void KeepUpTo(string path, long step)
    {
        if (!System.IO.File.Exists(path))
        {
            return;
        }

        var kept = new StringBuilder();
        foreach (var line in System.IO.File.ReadLines(path))
        {
            try
            {
                if ((long)JsonNode.Parse(line)!["step"]! > step)
                {
                    break;
                }
            }
            catch (JsonException)
            {
                // The line that was being written when the process was killed.
                break;
            }

            kept.Append(line).Append('\n');
        }

        AtomicFile.WriteAllText(path, kept.ToString());
    }
}
