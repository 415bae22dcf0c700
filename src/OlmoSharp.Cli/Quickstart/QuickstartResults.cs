using System.Text.Json;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Cli.Quickstart;

/// <summary>Bits per byte of one model or baseline on held-out text.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="BitsPerByte">By source, and <c>all</c> for the whole.</param>
internal sealed record HeldOutResult(string Name, IReadOnlyDictionary<string, double> BitsPerByte);

/// <summary>Scores on a task.</summary>
/// <param name="Name">The task.</param>
/// <param name="Description">What it is.</param>
/// <param name="Metric">The metric that is its score.</param>
/// <param name="Chance">What guessing scores; null where that is not defined.</param>
/// <param name="Limit">The most documents; it is part of the task's hash.</param>
/// <param name="Documents">How many documents were asked.</param>
/// <param name="Failures">How many of them have no answer: they do not fit the context, and count as wrong in accuracies.</param>
/// <param name="Truncated">How many requests were longer than the context and lost their beginning.</param>
/// <param name="Scores">The score of each model with its standard error, in the order the models were made.</param>
internal sealed record TaskScores(string Name, string Description, string Metric, double? Chance, int Limit, int Documents, int Failures, int Truncated, IReadOnlyList<ModelScore> Scores);

/// <summary>A model's score on a task.</summary>
/// <param name="Model">The model.</param>
/// <param name="Score">The score.</param>
/// <param name="StandardError">Its standard error, the documents being a sample of those that could have been asked.</param>
internal sealed record ModelScore(string Model, double Score, double? StandardError);

/// <summary>A text that a model wrote.</summary>
/// <param name="Model">Which model.</param>
/// <param name="Prompt">What it was given.</param>
/// <param name="Continuation">What it wrote.</param>
internal sealed record SampleResult(string Model, string Prompt, string Continuation);

/// <summary>Time that a part of the quickstart took.</summary>
/// <param name="Name">The part.</param>
/// <param name="Seconds">Wall-clock time.</param>
internal sealed record StageTime(string Name, double Seconds);

/// <summary>The figures of a quickstart.</summary>
internal sealed record QuickstartResults
{
    /// <summary>Name of the whole of the held-out text in <see cref="HeldOutResult.BitsPerByte"/>.</summary>
    public const string All = "all";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NewLine = "\n",
    };

    /// <summary>Parameters of the model.</summary>
    public required long Parameters { get; init; }

    /// <summary>Those that one token meets; all of them in a dense model.</summary>
    public required long ActiveParameters { get; init; }

    /// <summary>Tokens of the training text.</summary>
    public required long TrainTokens { get; init; }

    /// <summary>Bytes of the held-out text.</summary>
    public required long HeldOutBytes { get; init; }

    /// <summary>Steps of the first stage.</summary>
    public required long PretrainingSteps { get; init; }

    /// <summary>Steps of each annealing run.</summary>
    public required long AnnealingSteps { get; init; }

    /// <summary>Tokens a second in the calibration; null if that was in an earlier process.</summary>
    public required double? TokensPerSecond { get; init; }

    /// <summary>The baseline and every model, in the order they were made.</summary>
    public required IReadOnlyList<HeldOutResult> HeldOut { get; init; }

    /// <summary>Scores on tasks.</summary>
    public required IReadOnlyList<TaskScores> Tasks { get; init; }

    /// <summary>Tasks of the small set that were left out, because there is no data that serves.</summary>
    public required IReadOnlyList<string> TasksLeftOut { get; init; }

    /// <summary>Seconds of the training runs that were spent on tasks.</summary>
    public required double TaskSecondsDuringTraining { get; init; }

    /// <summary>Texts of the last model.</summary>
    public required IReadOnlyList<SampleResult> Samples { get; init; }

    /// <summary>What took how long.</summary>
    public required IReadOnlyList<StageTime> Times { get; init; }

    /// <summary>Writes the file whole or not at all.</summary>
    public void Save(string path) => AtomicFile.WriteAllText(path, JsonSerializer.Serialize(this, Json) + "\n");
}
