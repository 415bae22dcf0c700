using OlmoSharp.Evaluation.Datasets;
using OlmoSharp.Evaluation.Documents;
using OlmoSharp.Evaluation.Tasks;

namespace OlmoSharp.Evaluation.Requests;

/// <summary>A task with its data: documents, examples and requests.</summary>
public sealed record BuiltTask
{
    /// <summary>The task.</summary>
    public required TaskSpec Spec { get; init; }

    /// <summary>The files that the documents are from.</summary>
    public required IReadOnlyList<SplitFiles> Files { get; init; }

    /// <summary>How many documents there are before the draw.</summary>
    public required int Available { get; init; }

    /// <summary>The places of the drawn documents among the available ones, in the order drawn; null where all are taken.</summary>
    public required IReadOnlyList<int>? Drawn { get; init; }

    /// <summary>The documents; a request names its document by the place here.</summary>
    public required IReadOnlyList<EvaluationDocument> Documents { get; init; }

    /// <summary>The examples that stand before a document that is none of them.</summary>
    public required IReadOnlyList<EvaluationDocument> Examples { get; init; }

    /// <summary>The SHA-256 of the examples' source; null where they are from a split, or there are none.</summary>
    public required string? FewshotSha256 { get; init; }

    /// <summary>Whether the examples are those that were published under their id; null where there is nothing to compare with.</summary>
    public required bool? HasPublishedExamples { get; init; }

    /// <summary>The requests: those of each document, then the unconditioned ones.</summary>
    public required IReadOnlyList<EvaluationRequest> Requests { get; init; }
}
