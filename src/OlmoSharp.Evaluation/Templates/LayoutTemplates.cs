using OlmoSharp.Evaluation.Datasets;
using OlmoSharp.Evaluation.Documents;
using OlmoSharp.Evaluation.Tasks;

namespace OlmoSharp.Evaluation.Templates;

/// <summary>A layout's templates, read once.</summary>
internal sealed class LayoutTemplates(DocumentLayout layout)
{
    private readonly List<(string Name, PromptTemplate Template)> _fields = [.. layout.Fields.Select(field => (field.Key, PromptTemplate.Parse(field.Value)))];

    public DocumentLayout Layout => layout;

    public PromptTemplate? Question { get; } = Parse(layout.Question);

    public IReadOnlyList<PromptTemplate> Choices { get; } = [.. layout.Choices.Select(PromptTemplate.Parse)];

    public PromptTemplate? Gold { get; } = Parse(layout.Gold);

    public PromptTemplate? Answer { get; } = Parse(layout.Answer);

    public PromptTemplate? Label { get; } = Parse(layout.Label);

    public IReadOnlyList<PromptTemplate> Labels { get; } = [.. layout.Labels.Select(PromptTemplate.Parse)];

    public TemplateFilter? PromptFilter { get; } = layout.PromptFilter is { } filter ? TemplateFilter.Parse(filter) : null;

    /// <summary>The row with the fields that the layout makes.</summary>
    public DatasetRow WithFields(DatasetRow row, string subset) =>
        _fields.Aggregate(row, (current, field) => current.With(field.Name, field.Template.Render(new DocumentValues(current, subset))));

    private static PromptTemplate? Parse(string? text) => text is null ? null : PromptTemplate.Parse(text);
}
