using OlmoSharp.Evaluation.Tasks;

namespace OlmoSharp.Evaluation.Templates;

/// <summary>A spec's templates, read once.</summary>
internal sealed class TaskTemplates(TaskSpec spec)
{
    public PromptTemplate Prompt { get; } = PromptTemplate.Parse(spec.Prompt);

    public PromptTemplate Option { get; } = PromptTemplate.Parse(spec.Option);

    public PromptTemplate Continuation { get; } = PromptTemplate.Parse(spec.Continuation);

    public PromptTemplate Target { get; } = PromptTemplate.Parse(spec.Target);

    public PromptTemplate AnswerPrefix { get; } = PromptTemplate.Parse(spec.AnswerPrefix);

    public PromptTemplate? NativeId { get; } = spec.NativeId.Length > 0 ? PromptTemplate.Parse(spec.NativeId) : null;

    public PromptTemplate? Group { get; } = spec.Group is { } group ? PromptTemplate.Parse(group) : null;

    public IReadOnlyList<LayoutTemplates> Layouts { get; } = [.. spec.Layouts.Select(layout => new LayoutTemplates(layout))];
}
