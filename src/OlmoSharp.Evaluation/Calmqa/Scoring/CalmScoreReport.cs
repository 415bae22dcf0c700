using System.Text.Json;
using OlmoSharp.Data.Documents;
using OlmoSharp.Evaluation.Calmqa.Dataset;

namespace OlmoSharp.Evaluation.Calmqa.Scoring;

/// <summary>All scores of some files, with what they are made of.</summary>
public sealed record CalmScoreReport
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NewLine = "\n",
        Encoder = PlainJsonEncoder.Instance,
    };

    /// <summary>How the checks work.</summary>
    public required CalmScoreSettings Settings { get; init; }

    /// <summary>By file.</summary>
    public required IReadOnlyList<CalmScore> Files { get; init; }

    /// <summary>By the language that the questions were put in.</summary>
    public required IReadOnlyList<CalmScore> Languages { get; init; }

    /// <summary>By category.</summary>
    public required IReadOnlyList<CalmScore> Categories { get; init; }

    /// <summary>Culturally specific against agnostic questions.</summary>
    public required IReadOnlyList<CalmScore> Kinds { get; init; }

    /// <summary>By model.</summary>
    public required IReadOnlyList<CalmScore> Models { get; init; }

    /// <summary>What is missing.</summary>
    public required IReadOnlyList<AnswerPlace> Missing { get; init; }

    /// <summary>Every answer.</summary>
    public required IReadOnlyList<AnswerCheck> Answers { get; init; }

    /// <summary>Scores checked answers.</summary>
    /// <param name="checks">What was found.</param>
    /// <param name="missing">What is missing.</param>
    /// <param name="settings">How it was checked.</param>
    public static CalmScoreReport Of(IReadOnlyList<AnswerCheck> checks, IReadOnlyList<AnswerPlace> missing, CalmScoreSettings settings) => new()
    {
        Settings = settings,
        Files = CalmScore.Of(checks, missing, place => place.File),
        Languages = CalmScore.Of(checks, missing, place => place.Language),
        Categories = CalmScore.Of(checks, missing, place => place.Category ?? "(none)"),
        Kinds = CalmScore.Of(checks, missing, place => place.IsCultural ? "specific" : "agnostic"),
        Models = CalmScore.Of(checks, missing, _ => null),
        Missing = missing,
        Answers = checks,
    };

    /// <summary>Writes everything as JSON, whole or not at all.</summary>
    /// <param name="path">Where to.</param>
    public void Write(string path) => AtomicFile.WriteAllText(path, JsonSerializer.Serialize(this, Json) + "\n");
}
