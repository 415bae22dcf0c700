using System.Globalization;
using System.Text.Json;
using OlmoSharp.Evaluation.Datasets;
using OlmoSharp.Evaluation.Templates;

namespace OlmoSharp.Evaluation.Documents;

/// <summary>What placeholders stand for in a document's templates: the row's fields, and ours after an <c>@</c>.</summary>
/// <param name="row">The row.</param>
/// <param name="subset">The task's subset.</param>
internal sealed class DocumentValues(DatasetRow row, string subset) : ITemplateValues
{
    /// <summary>The letters of choices.</summary>
    public const string Labels = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    public string? Question { get; set; }

    public string? Options { get; set; }

    public string? Choice { get; set; }

    public string? Label { get; set; }

    public string? Answer { get; set; }

    public bool TryFind(string path, out JsonElement value) => row.TryFind(path, out value);

    public string? Own(string name) => name switch
    {
        "@question" => Question,
        "@options" => Options,
        "@choice" => Choice,
        "@label" => Label,
        "@answer" => Answer,
        "@index" => row.Index.ToString(CultureInfo.InvariantCulture),
        "@subset" => subset,
        _ => null,
    };

    public EvaluationException Problem(string message) => row.Problem(message);
}
