namespace OlmoSharp.Evaluation.Tasks;

/// <summary>A form of a family's prompts, such as <c>mc</c>.</summary>
public sealed record VariantConfig : TaskSettings
{
    /// <summary>The names under which reference files know this form of the task, with <c>{task}</c> and <c>{subset}</c>.</summary>
    public IReadOnlyList<string> ReferenceNames { get; init; } = [];
}
