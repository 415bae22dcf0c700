using OlmoSharp.Evaluation.Tasks;

namespace OlmoSharp.Evaluation.Templates;

/// <summary>A layout's templates, read once.</summary>
internal sealed class LayoutTemplates(DocumentLayout layout)
{
    public DocumentLayout Layout => layout;

    public PromptTemplate? Question { get; } = Parse(layout.Question);

    public IReadOnlyList<PromptTemplate> Choices { get; } = [.. layout.Choices.Select(PromptTemplate.Parse)];

    public PromptTemplate? Gold { get; } = Parse(layout.Gold);

    public PromptTemplate? Answer { get; } = Parse(layout.Answer);

    public PromptTemplate? Label { get; } = Parse(layout.Label);

    public IReadOnlyList<PromptTemplate> Labels { get; } = [.. layout.Labels.Select(PromptTemplate.Parse)];

    public TemplateFilter? PromptFilter { get; } = layout.PromptFilter is { } filter ? TemplateFilter.Parse(filter) : null;

    private static PromptTemplate? Parse(string? text) => text is null ? null : PromptTemplate.Parse(text);
}
