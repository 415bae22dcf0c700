using System.Text.Json;

namespace OlmoSharp.Data.Decontamination;

/// <summary>What was found of all evaluation sets.</summary>
/// <param name="Documents">Documents that were looked at.</param>
/// <param name="ContaminatedDocuments">Those in which an item was found.</param>
/// <param name="Evaluations">What was found of each set.</param>
public sealed record ContaminationSummary(long Documents, long ContaminatedDocuments, IReadOnlyList<EvaluationSummary> Evaluations)
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>The summary as JSON.</summary>
    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Json);
}
