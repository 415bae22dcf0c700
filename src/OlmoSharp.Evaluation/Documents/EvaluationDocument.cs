using System.Text.Json;
using OlmoSharp.Evaluation.Datasets;
using OlmoSharp.Evaluation.Templates;

namespace OlmoSharp.Evaluation.Documents;

/// <summary>A row of a dataset read as a task reads it: a question with choices and the right one among them, or with an answer.</summary>
public sealed record EvaluationDocument
{
    /// <summary>The row, with what a transform has added.</summary>
    public required DatasetRow Row { get; init; }

    /// <summary>The identifier that the dataset gives, as JSON has it; null for none.</summary>
    public required JsonElement? NativeId { get; init; }

    /// <summary>The part of the task that it belongs to, such as a subdomain; null for none.</summary>
    public string? Group { get; init; }

    /// <summary>The question; empty where the layout names none.</summary>
    public required string Question { get; init; }

    /// <summary>The answers to choose from; empty for a task without choices.</summary>
    public required IReadOnlyList<string> Choices { get; init; }

    /// <summary>The place of the right choice, from 0; null for a task without choices.</summary>
    public required int? Gold { get; init; }

    /// <summary>The right answer of a task without choices; null where the task has none.</summary>
    public required string? Answer { get; init; }

    /// <summary>What an answer is compared with, as JSON has it.</summary>
    public required JsonElement? Label { get; init; }

    /// <summary>The form that the row has.</summary>
    internal LayoutTemplates Layout { get; init; } = null!;
}
