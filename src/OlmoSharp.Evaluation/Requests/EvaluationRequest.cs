using System.Text.Json;
using OlmoSharp.Evaluation.Tasks;
using OlmoSharp.Inference.Chat;

namespace OlmoSharp.Evaluation.Requests;

/// <summary>One thing that is asked of a model.</summary>
public sealed record EvaluationRequest
{
    /// <summary>What is asked.</summary>
    public required RequestKind Kind { get; init; }

    /// <summary>The document, by its place among the task's documents.</summary>
    public required int DocumentId { get; init; }

    /// <summary>The choice that the continuation is, or the repetition of a generated text.</summary>
    public required int Index { get; init; }

    /// <summary>The identifier that the dataset gives.</summary>
    public required JsonElement? NativeId { get; init; }

    /// <summary>The place of the right choice, or what an answer is compared with.</summary>
    public required JsonElement? Label { get; init; }

    /// <summary>The text before; of a chat, empty.</summary>
    public required string Context { get; init; }

    /// <summary>The text whose likelihood is asked for; null where there is none.</summary>
    public string? Continuation { get; init; }

    /// <summary>The context as ids, where the text comes so; null: it is text. The context is what they decode to.</summary>
    public TokenizedText? Tokenized { get; init; }

    /// <summary>Whether the context leaves the question out, to say how likely the continuation is anyhow.</summary>
    public bool IsUnconditioned { get; init; }

    /// <summary>The messages of a chat; null for plain text.</summary>
    public IReadOnlyList<ChatMessage>? Messages { get; init; }

    /// <summary>How the assistant's answer begins in a chat; part of the context otherwise.</summary>
    public string AnswerPrefix { get; init; } = "";

    /// <summary>How text is generated; null where none is.</summary>
    public GenerationConfig? Generation { get; init; }

    /// <summary>The document's number in files of requests: unconditioned requests count from a million.</summary>
    public int FileDocumentId => DocumentId + (IsUnconditioned ? Datasets.SplitRows.UnconditionedOffset : 0);

    /// <summary>The seed with which a text is drawn: another for each document and repetition.</summary>
    internal long Seed => ((long)DocumentId << 16) + Index;
}
