using OlmoSharp.Data.Configuration;

namespace OlmoSharp.Evaluation.Tasks;

/// <summary>Which fields of a row are what, for one form in which a dataset occurs.</summary>
public sealed record DocumentLayout
{
    /// <summary>The fields that a row of this form has; the first form of which a row has all is taken.</summary>
    public IReadOnlyList<string> When { get; init; } = [];

    /// <summary>Fields that a row of this form does not have.</summary>
    public IReadOnlyList<string> Without { get; init; } = [];

    /// <summary>Named code that makes rows of a row, such as a turn for each question of a conversation.</summary>
    public RowTransform Transform { get; init; }

    /// <summary>Fields made of the row's, templates by name in their order; the templates below may name them.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; init; } = new Dictionary<string, string>();

    /// <summary>The question, a template; <c>{@question}</c> in the prompt.</summary>
    public string? Question { get; init; }

    /// <summary>A filter over the whole prompt.</summary>
    public string? PromptFilter { get; init; }

    /// <summary>The answers to choose from: templates, of which each gives one, or all of a list.</summary>
    [OneOrMany]
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Which choice is right, a template.</summary>
    public string? Gold { get; init; }

    /// <summary>The place from 0 that each text of <see cref="Gold"/> means; empty: it is that number itself.</summary>
    public IReadOnlyDictionary<string, int> GoldValues { get; init; } = new Dictionary<string, int>();

    /// <summary>The right answer of a task without choices, a template; <c>{@answer}</c>.</summary>
    public string? Answer { get; init; }

    /// <summary>What an answer is compared with: a template whose value is kept as JSON has it. Null: the place of the right choice.</summary>
    public string? Label { get; init; }

    /// <summary>The same as a list of texts, from templates of which each gives one, or all of a list.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];
}
