using OlmoSharp.Tokenization;
using OlmoSharp.Tokenization.ChatTemplates;

namespace OlmoSharp.Evaluation.Models;

/// <summary>How a model behind an endpoint is asked.</summary>
public sealed record EndpointModelSettings
{
    /// <summary>The model's own tokenizer: prompts are sent as ids then, encoded and cut as a local model's; null: as text, which the service encodes.</summary>
    public Tokenizer? Tokenizer { get; init; }

    /// <summary>How conversations are written, where they are sent as ids; null: the service's chat API writes them.</summary>
    public ChatTemplate? Template { get; init; }

    /// <summary>The most tokens of a prompt and its answer together; null: as many as a task has. Only with a tokenizer.</summary>
    public int? ContextLength { get; init; }

    /// <summary>How many requests are under way at once.</summary>
    public int Parallel { get; init; } = 4;
}
