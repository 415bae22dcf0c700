using System.ComponentModel.DataAnnotations;
using OlmoSharp.Evaluation.Requests;

namespace OlmoSharp.Evaluation.Tasks;

/// <summary>
/// What a task's file may set, for the family, for a variant or for a regime: a regime's value counts before its variant's, and this before the family's.
/// Every text marked as a template may name fields of the row and ours (<c>{@question}</c>, <c>{@options}</c>, <c>{@choice}</c>, <c>{@label}</c>, <c>{@answer}</c>, <c>{@index}</c>, <c>{@subset}</c>).
/// </summary>
public record TaskSettings
{
    /// <summary>The dataset.</summary>
    public DatasetConfig? Dataset { get; init; }

    /// <summary>The split that is evaluated; <c>all</c> for every one that has answers.</summary>
    public string? Split { get; init; }

    /// <summary>The most documents: where the split has more, that many are drawn with CPython's <c>random.Random(subsample_seed).sample</c>. 0 for all.</summary>
    [Range(0, int.MaxValue)]
    public int? Limit { get; init; }

    /// <summary>The seed of the draw.</summary>
    public long? SubsampleSeed { get; init; }

    /// <summary>Number of examples before the question.</summary>
    [Range(0, 1000)]
    public int? Shots { get; init; }

    /// <summary>Where the examples come from.</summary>
    public FewshotConfig? Fewshot { get; init; }

    /// <summary>The seed with which examples are drawn, for every document the same.</summary>
    public long? FewshotSeed { get; init; }

    /// <summary>The forms in which the dataset occurs.</summary>
    public IReadOnlyList<DocumentLayout>? Layouts { get; init; }

    /// <summary>What stands before the examples, a template of <c>{@subset}</c> alone.</summary>
    public string? Instruction { get; init; }

    /// <summary>What stands between examples, and before the question.</summary>
    public string? Separator { get; init; }

    /// <summary>The prompt of a document, a template. One that names <c>{@choice}</c> is made for each choice; an example has the right one.</summary>
    public string? Prompt { get; init; }

    /// <summary>A line of <c>{@options}</c>, a template of <c>{@label}</c> and <c>{@choice}</c>.</summary>
    public string? Option { get; init; }

    /// <summary>What follows the context, a template; of a task with choices for each choice.</summary>
    public string? Continuation { get; init; }

    /// <summary>What follows the prompt of an example, a template. Not set: the continuation of the right choice.</summary>
    public string? Target { get; init; }

    /// <summary>What stands after the prompt of the document itself.</summary>
    public string? FinalInstruction { get; init; }

    /// <summary>How the answer to the document itself begins, a template; in a chat, the beginning of the assistant's message.</summary>
    public string? AnswerPrefix { get; init; }

    /// <summary>The context of the second request for each choice, which says how likely the choice is anyhow (pmi). Empty for none.</summary>
    public string? Unconditioned { get; init; }

    /// <summary>Whether a gold answer without white space before it gets a space.</summary>
    public bool? LeadingSpace { get; init; }

    /// <summary>What is asked of the model.</summary>
    public RequestKind? Request { get; init; }

    /// <summary>The identifier that the dataset gives a document, a template whose value is kept as JSON has it. Empty for none.</summary>
    public string? NativeId { get; init; }

    /// <summary>The part of the task that a document belongs to, a template, such as <c>{subdomain}</c>; a row without the field belongs to none. Perplexities are given for each part.</summary>
    public string? Group { get; init; }

    /// <summary>The metric that is the task's score.</summary>
    public string? Metric { get; init; }

    /// <summary>How answers become scores.</summary>
    public AnswerScoring? Scoring { get; init; }

    /// <summary>How text is generated.</summary>
    public GenerationConfig? Generation { get; init; }

    /// <summary>Whether the prompt is made as a chat's messages.</summary>
    public bool? Chat { get; init; }

    /// <summary>Whether examples of a chat are turns of their own.</summary>
    public bool? Multiturn { get; init; }

    /// <summary>The system's message of a chat.</summary>
    public string? System { get; init; }

    /// <summary>The most tokens of a context and its continuation together; longer ones lose their beginning.</summary>
    [Range(1, int.MaxValue)]
    public int? MaxLength { get; init; }

    /// <summary>Known oddities of the standard that are kept, by name.</summary>
    public IReadOnlyList<Compatibility>? Compat { get; init; }

    /// <summary>These settings, with another's where these say nothing.</summary>
    internal TaskSettings Over(TaskSettings below) => new()
    {
        Dataset = Dataset ?? below.Dataset,
        Split = Split ?? below.Split,
        Limit = Limit ?? below.Limit,
        SubsampleSeed = SubsampleSeed ?? below.SubsampleSeed,
        Shots = Shots ?? below.Shots,
        Fewshot = Fewshot ?? below.Fewshot,
        FewshotSeed = FewshotSeed ?? below.FewshotSeed,
        Layouts = Layouts ?? below.Layouts,
        Instruction = Instruction ?? below.Instruction,
        Separator = Separator ?? below.Separator,
        Prompt = Prompt ?? below.Prompt,
        Option = Option ?? below.Option,
        Continuation = Continuation ?? below.Continuation,
        Target = Target ?? below.Target,
        FinalInstruction = FinalInstruction ?? below.FinalInstruction,
        AnswerPrefix = AnswerPrefix ?? below.AnswerPrefix,
        Unconditioned = Unconditioned ?? below.Unconditioned,
        LeadingSpace = LeadingSpace ?? below.LeadingSpace,
        Request = Request ?? below.Request,
        NativeId = NativeId ?? below.NativeId,
        Group = Group ?? below.Group,
        Metric = Metric ?? below.Metric,
        Scoring = Scoring ?? below.Scoring,
        Generation = Generation?.Over(below.Generation) ?? below.Generation,
        Chat = Chat ?? below.Chat,
        Multiturn = Multiturn ?? below.Multiturn,
        System = System ?? below.System,
        MaxLength = MaxLength ?? below.MaxLength,
        Compat = Compat ?? below.Compat,
    };
}
