using System.Text.Json;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Cli.Quickstart;

/// <summary>Bits per byte of one model or baseline on held-out text.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="BitsPerByte">By source, and <c>all</c> for the whole.</param>
internal sealed record HeldOutResult(string Name, IReadOnlyDictionary<string, double> BitsPerByte);

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

    /// <summary>Texts of the last model.</summary>
    public required IReadOnlyList<SampleResult> Samples { get; init; }

    /// <summary>What took how long.</summary>
    public required IReadOnlyList<StageTime> Times { get; init; }

    /// <summary>Writes the file whole or not at all.</summary>
    public void Save(string path) => AtomicFile.WriteAllText(path, JsonSerializer.Serialize(this, Json) + "\n");
}
