using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using OlmoSharp.Evaluation.Requests;

namespace OlmoSharp.Evaluation.Tasks;

/// <summary>A task with everything that decides its requests and scores. Templates are kept as text, so that two specs are equal if they ask the same.</summary>
public sealed record TaskSpec
{
    private static readonly JsonSerializerOptions HashOptions = new() { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) } };

    /// <summary>The task's full name, such as <c>arc_challenge:rc::olmes</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The task's name without variant and regime, such as <c>arc_challenge</c>.</summary>
    public required string Task { get; init; }

    /// <summary>The form of its prompts, such as <c>rc</c>; empty where there is but one.</summary>
    public required string Variant { get; init; }

    /// <summary>The way to run it, such as <c>olmes</c>.</summary>
    public required string Regime { get; init; }

    /// <summary>What the task is, in one line.</summary>
    public required string Description { get; init; }

    /// <summary>The subset of its family, or empty.</summary>
    public required string Subset { get; init; }

    /// <summary>The dataset, with the subset's name in its places.</summary>
    public required DatasetConfig Dataset { get; init; }

    /// <summary>The split, or <c>all</c>.</summary>
    public required string Split { get; init; }

    /// <summary>The most documents; 0 for all.</summary>
    public required int Limit { get; init; }

    /// <summary>The seed with which documents are drawn.</summary>
    public required long SubsampleSeed { get; init; }

    /// <summary>Number of examples.</summary>
    public required int Shots { get; init; }

    /// <summary>Where examples come from.</summary>
    public required FewshotConfig Fewshot { get; init; }

    /// <summary>The seed with which examples are drawn.</summary>
    public required long FewshotSeed { get; init; }

    /// <summary>The forms of the dataset.</summary>
    public required IReadOnlyList<DocumentLayout> Layouts { get; init; }

    /// <summary>What stands before the examples, with the subset's name in its place.</summary>
    public required string Instruction { get; init; }

    /// <summary>What stands between examples.</summary>
    public required string Separator { get; init; }

    /// <summary>The prompt.</summary>
    public required string Prompt { get; init; }

    /// <summary>A line of the options.</summary>
    public required string Option { get; init; }

    /// <summary>What follows the context.</summary>
    public required string Continuation { get; init; }

    /// <summary>What follows the prompt of an example.</summary>
    public required string Target { get; init; }

    /// <summary>What stands after the prompt of the document itself.</summary>
    public required string FinalInstruction { get; init; }

    /// <summary>How the answer begins.</summary>
    public required string AnswerPrefix { get; init; }

    /// <summary>The context of unconditioned requests; empty for none.</summary>
    public required string Unconditioned { get; init; }

    /// <summary>Whether a gold answer gets a leading space.</summary>
    public required bool LeadingSpace { get; init; }

    /// <summary>What is asked of the model.</summary>
    public required RequestKind Request { get; init; }

    /// <summary>The dataset's identifier; empty for none.</summary>
    public required string NativeId { get; init; }

    /// <summary>The part of the task that a document belongs to; null for none. It changes neither requests nor scores of the whole, and so not the hash.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Group { get; init; }

    /// <summary>The metric that is the task's score.</summary>
    public required string Metric { get; init; }

    /// <summary>How answers become scores.</summary>
    public required AnswerScoring Scoring { get; init; }

    /// <summary>How text is generated; null for a task that generates none.</summary>
    public required GenerationConfig? Generation { get; init; }

    /// <summary>Whether prompts are a chat's messages.</summary>
    public required bool Chat { get; init; }

    /// <summary>Whether examples are turns of their own.</summary>
    public required bool Multiturn { get; init; }

    /// <summary>The system's message; empty for none.</summary>
    public required string System { get; init; }

    /// <summary>The most tokens of a context and its continuation.</summary>
    public required int MaxLength { get; init; }

    /// <summary>Oddities that are kept.</summary>
    public required IReadOnlyList<Compatibility> Compat { get; init; }

    /// <summary>Whether a document has several choices, of which each makes a request.</summary>
    [JsonIgnore]
    public bool HasChoices => Request == RequestKind.Loglikelihood && Layouts.Any(layout => layout.Choices.Count > 0);

    /// <summary>The first 16 hexadecimal digits of the SHA-256 of all that decides requests and scores: the same task under another name has the same hash.</summary>
    [JsonIgnore]
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(Nameless, HashOptions)))[..16];

    /// <summary>The task with no more documents than so many; 0 leaves it as it is.</summary>
    /// <param name="documents">The most documents.</param>
    public TaskSpec LimitedTo(int documents) => documents == 0 || (Limit > 0 && Limit <= documents) ? this : this with { Limit = documents };

    private TaskSpec Nameless => this with { Name = "", Task = "", Variant = "", Regime = "", Description = "", Group = null };
}
