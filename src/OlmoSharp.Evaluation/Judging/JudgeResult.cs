using System.Text.Json;
using OlmoSharp.Data.Documents;
using OlmoSharp.Evaluation.Models;
using OlmoSharp.Evaluation.Runs;

namespace OlmoSharp.Evaluation.Judging;

/// <summary>What a judge found: a file <c>judgements/NAME.json</c> in a folder of results, beside <c>NAME.verdicts.jsonl</c> with every reply.</summary>
public sealed record JudgeResult
{
    /// <summary>The share of comparisons won, a tie being half of one.</summary>
    public const string WinRateMetric = "win_rate";

    /// <summary>The same without the effect of length.</summary>
    public const string ControlledMetric = "length_controlled_win_rate";

    /// <summary>The mean of all criteria's grades.</summary>
    public const string GradeMetric = "grade";

    private const string FolderName = "judgements";

    /// <summary>When it was found, in UTC.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>The version of OlmoSharp.</summary>
    public required string Version { get; init; }

    /// <summary><c>pairwise</c> or <c>rubric</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The task's full name.</summary>
    public required string Task { get; init; }

    /// <summary>The judged model.</summary>
    public required ModelIdentity Model { get; init; }

    /// <summary>The model that it is compared with; null for a rubric.</summary>
    public string? Against { get; init; }

    /// <summary>The judge and how it was asked.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>The prompt or rubric, whole.</summary>
    public required JsonElement Prompt { get; init; }

    /// <summary>Digits of all that decides verdicts but for the judged answers: only results of the same are comparable.</summary>
    public required string Hash { get; init; }

    /// <summary>All metrics by name, the main one first.</summary>
    public required IReadOnlyDictionary<string, MetricScore> Metrics { get; init; }

    /// <summary>How many documents there are.</summary>
    public required int Documents { get; init; }

    /// <summary>Documents that the model gave no answer to: lost, or graded as the lowest.</summary>
    public required int Unanswered { get; init; }

    /// <summary>Documents whose verdict cannot be read: in no mean, and here.</summary>
    public required int Unreadable { get; init; }

    /// <summary>Documents that the judge gave no reply for: in no mean, and here; the same command asks again.</summary>
    public required int Failures { get; init; }

    /// <summary>Comparisons that are won by more than half.</summary>
    public int? Wins { get; init; }

    /// <summary>Comparisons that are even.</summary>
    public int? Ties { get; init; }

    /// <summary>Comparisons that are lost by more than half.</summary>
    public int? Losses { get; init; }

    /// <summary>The win rate if all that is missing were lost.</summary>
    public double? LowestWinRate { get; init; }

    /// <summary>The win rate if all that is missing were won.</summary>
    public double? HighestWinRate { get; init; }

    /// <summary>Whether the judge prefers a place.</summary>
    public PositionBias? PositionBias { get; init; }

    /// <summary>The log-odds that a much longer answer gains.</summary>
    public double? LengthEffect { get; init; }

    /// <summary>The mean length of the judged answers in code points.</summary>
    public double? Length { get; init; }

    /// <summary>The mean length of the others.</summary>
    public double? AgainstLength { get; init; }

    /// <summary>The best and worst grade of a rubric.</summary>
    public IReadOnlyList<double>? Scale { get; init; }

    /// <summary>What tables call a metric of it.</summary>
    /// <param name="metric">The metric.</param>
    public string Title(string metric) => $"{Task}: {metric} ({(Against is null ? "" : $"against {Against}, ")}judge {Settings["judge"]})";

    /// <summary>The folder of logs and results.</summary>
    internal static string FolderOf(string results) => Path.Combine(File.Exists(results) ? Path.GetDirectoryName(results)! : results, FolderName);

    /// <summary>Writes the results and the documents' verdicts; a file takes its name when it is whole.</summary>
    internal void Write(string folder, IEnumerable<InstanceScore> verdicts)
    {
        EvaluationResults.WriteLines(Stem(folder) + ".verdicts.jsonl", verdicts);
        AtomicFile.WriteAllText(Stem(folder) + ".json", JsonSerializer.Serialize(this, EvaluationResults.Indented) + "\n");
    }

    /// <summary>Reads the documents' verdicts.</summary>
    /// <param name="folder">The folder of the results.</param>
    /// <exception cref="EvaluationException">There are none, or a line is damaged.</exception>
    public IReadOnlyList<InstanceScore> ReadVerdicts(string folder) => EvaluationResults.ReadLines(Stem(folder) + ".verdicts.jsonl");

    /// <summary>Reads all of a folder, by their files' names.</summary>
    /// <param name="folder">The folder of the results.</param>
    /// <exception cref="EvaluationException">A file is damaged.</exception>
    public static IReadOnlyList<JudgeResult> ReadAll(string folder)
    {
        var place = FolderOf(folder);
        return Directory.Exists(place) ? [.. Directory.EnumerateFiles(place, "*.json").Order(StringComparer.Ordinal).Select(Read)] : [];
    }

    private static JudgeResult Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<JudgeResult>(File.ReadAllText(path), EvaluationResults.Options)!;
        }
        catch (Exception error) when (error is IOException or JsonException or UnauthorizedAccessException)
        {
            throw new EvaluationException($"{path}: the judge's results cannot be read ({error.Message}); judge again", error);
        }
    }

    private string Stem(string folder) => Path.Combine(FolderOf(folder), $"{EvaluationResults.FileStem(Task)}-{Kind}-{Hash[..8]}");
}
