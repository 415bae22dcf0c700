namespace OlmoSharp.Evaluation.InLoop;

/// <summary>What a model is evaluated on while it is in training.</summary>
public sealed record InLoopOptions
{
    /// <summary>Tasks, labels and suites.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>Folders of datasets; a task takes the first that has its split.</summary>
    public IReadOnlyList<string> Data { get; init; } = [];

    /// <summary>File of few-shot examples; null where no task needs one.</summary>
    public string? Fewshot { get; init; }

    /// <summary>Folder of further task files; null: none.</summary>
    public string? TaskFiles { get; init; }

    /// <summary>The most documents of a task, drawn as the task draws them; 0: as many as the task says.</summary>
    public int Limit { get; init; }
}
