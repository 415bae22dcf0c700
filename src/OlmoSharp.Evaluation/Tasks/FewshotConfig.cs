namespace OlmoSharp.Evaluation.Tasks;

/// <summary>Where the examples of a prompt come from.</summary>
public sealed record FewshotConfig
{
    /// <summary>The id of a list in the file given with <c>--fewshot</c>; <c>{@subset}</c> in it is the subset's name. Null: a split of the dataset.</summary>
    public string? Source { get; init; }

    /// <summary>The split of the dataset that gives them where there is no source.</summary>
    public string? Split { get; init; }

    /// <summary>Whether a document may be its own example: the standard draws from a training split without a look at what is evaluated, also where that split is evaluated.</summary>
    public bool KeepsOwn { get; init; }

    /// <summary>Which of them.</summary>
    public FewshotOrder Order { get; init; }
}
