using System.Text.Json;

namespace OlmoSharp.Evaluation.Calmqa.Judgements;

/// <summary>What an annotator exported from a page.</summary>
public sealed record AnnotationExport
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, AllowDuplicateProperties = false };

    /// <summary>The page's name, which its key has too.</summary>
    public required string Page { get; init; }

    /// <summary>Who the annotator is.</summary>
    public required string Annotator { get; init; }

    /// <summary>The pairs that are rated.</summary>
    public required IReadOnlyList<PairRating> Ratings { get; init; }

    /// <summary>Reads a file and checks it.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="EvaluationException">It is no export, or a rating is out of its scale.</exception>
    public static AnnotationExport Read(string path)
    {
        var export = AnnotationKey.ReadJson<AnnotationExport>(path, Json, "export of an annotation page");
        if (string.IsNullOrWhiteSpace(export.Annotator))
        {
            throw new EvaluationException($"{path}: there is no annotator's name");
        }

        foreach (var (rating, i) in export.Ratings.Select((rating, i) => (rating, i)))
        {
            if (rating.Preferred is not ("first" or "second" or PairRating.Tie) || !IsOnScale(rating.First) || !IsOnScale(rating.Second))
            {
                throw new EvaluationException($"{path}: ratings[{i}], item \"{rating.Item}\": a value is not on its scale (factuality and completeness 0 to 2, overall 1 to 5, preferred first, second or tie)");
            }
        }

        var twice = export.Ratings.GroupBy(rating => rating.Item).FirstOrDefault(group => group.Count() > 1);
        return twice is null ? export : throw new EvaluationException($"{path}: item \"{twice.Key}\" is rated twice");
    }

    private static bool IsOnScale(AnswerRating rating) => rating.Factuality is >= 0 and <= 2 && rating.Completeness is >= 0 and <= 2 && rating.Overall is >= 1 and <= 5;
}
