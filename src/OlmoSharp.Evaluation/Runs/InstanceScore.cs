using System.Text.Json;
using OlmoSharp.Evaluation.Perplexity;

namespace OlmoSharp.Evaluation.Runs;

/// <summary>How a document was answered.</summary>
public sealed record InstanceScore
{
    /// <summary>The document's place in the task.</summary>
    public required int DocumentId { get; init; }

    /// <summary>The identifier that the dataset gives; null for none.</summary>
    public JsonElement? NativeId { get; init; }

    /// <summary>The part of the task that the document belongs to, such as a subdomain; null for none.</summary>
    public string? Group { get; init; }

    /// <summary>The values by metric.</summary>
    public required IReadOnlyDictionary<string, double> Metrics { get; init; }

    /// <summary>The right choice's place, or what the answer was compared with.</summary>
    public JsonElement? Label { get; init; }

    /// <summary>What was asked for, of tasks that a judge scores; null for others.</summary>
    public string? Instruction { get; init; }

    /// <summary>For each choice, the logarithm of its probability; null for a task without choices.</summary>
    public IReadOnlyList<double>? LogLikelihoods { get; init; }

    /// <summary>The generated texts; null for a task that generates none.</summary>
    public IReadOnlyList<string>? Texts { get; init; }

    /// <summary>What was read from the first of them.</summary>
    public string? Extracted { get; init; }

    /// <summary>How many of its paragraphs are in training data; null where that was not looked at.</summary>
    public ParagraphOverlap? Overlap { get; init; }

    /// <summary>Why the document could not be answered; its accuracy is 0 then. Null where it was.</summary>
    public string? Failure { get; init; }
}
