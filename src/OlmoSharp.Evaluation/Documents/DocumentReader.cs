using System.Globalization;
using System.Text.Json;
using OlmoSharp.Evaluation.Datasets;
using OlmoSharp.Evaluation.Tasks;
using OlmoSharp.Evaluation.Templates;

namespace OlmoSharp.Evaluation.Documents;

/// <summary>Reads documents from rows, and writes their prompts, as a task says.</summary>
internal sealed class DocumentReader(TaskSpec spec)
{
    private readonly TaskTemplates _templates = new(spec);

    /// <summary>Whether each choice has a prompt of its own.</summary>
    public bool HasPromptForEachChoice => _templates.Prompt.Names("@choice");

    /// <summary>The documents of a row: one, or several where the layout's transform makes more.</summary>
    /// <exception cref="EvaluationException">The row lacks a field, or a field is not what it should be.</exception>
    public IEnumerable<EvaluationDocument> Read(DatasetRow row)
    {
        var layout = _templates.Layouts.FirstOrDefault(layout => layout.Layout.When.All(row.Has) && !layout.Layout.Without.Any(row.Has))
            ?? throw row.Problem($"the row is of none of the forms that {spec.Task} is known in: {string.Join("; ", spec.Layouts.Select(layout => string.Join(", ", layout.When)))}; it has {string.Join(", ", row.Fields.EnumerateObject().Select(field => field.Name).Take(20))}");
        return RowTransforms.Apply(layout.Layout.Transform, row).Select(made => Document(layout.WithFields(made, spec.Subset), layout));
    }

    /// <summary>The prompt of a document, for a choice where each has its own.</summary>
    public string Prompt(EvaluationDocument document, int? choice)
    {
        var values = Values(document);
        if (_templates.Prompt.Names("@options"))
        {
            values.Options = string.Join('\n', document.Choices.Select((_, index) => Option(document, index)));
        }

        Choose(values, document, choice);
        var prompt = _templates.Prompt.Render(values);
        return document.Layout.PromptFilter is { } filter ? filter.Apply([prompt])[0] : prompt;
    }

    /// <summary>What follows the context, for a choice.</summary>
    /// <exception cref="EvaluationException">It is empty.</exception>
    public string Continuation(EvaluationDocument document, int choice)
    {
        var values = Values(document);
        Choose(values, document, choice);
        var continuation = _templates.Continuation.Render(values);
        return string.IsNullOrWhiteSpace(continuation) && !(spec.Compat.Contains(Compatibility.BlankChoices) && continuation.Length > 0)
            ? throw document.Row.Problem($"choice {choice + 1} of {document.Choices.Count} is empty, so that there is nothing to score")
            : continuation;
    }

    /// <summary>The gold answer of a task without choices as a continuation.</summary>
    /// <exception cref="EvaluationException">There is none, or it is empty.</exception>
    public string GoldContinuation(EvaluationDocument document)
    {
        var text = document.Answer ?? throw document.Row.Problem("it has no answer to score");
        text = spec.Compat.Contains(Compatibility.DropTupleGold) ? PythonTuple(document) : text;
        if (string.IsNullOrWhiteSpace(text))
        {
            throw document.Row.Problem("its answer is empty, so that there is nothing to score");
        }

        return spec.LeadingSpace && text[0] is not (' ' or '\n') ? " " + text : text;
    }

    /// <summary>What follows the prompt of an example.</summary>
    public string Target(EvaluationDocument document)
    {
        var values = Values(document);
        Choose(values, document, document.Gold);
        return _templates.Target.Render(values);
    }

    /// <summary>How the answer begins.</summary>
    public string AnswerPrefix(EvaluationDocument document) => _templates.AnswerPrefix.Render(Values(document));

    private EvaluationDocument Document(DatasetRow row, LayoutTemplates layout)
    {
        var values = new DocumentValues(row, spec.Subset);
        List<string> choices = [.. layout.Choices.SelectMany(choice => choice.RenderAll(values))];
        int? gold = layout.Choices.Count > 0 ? Gold(row, layout, values, choices.Count) : null;
        return new EvaluationDocument
        {
            Row = row,
            Layout = layout,
            NativeId = _templates.NativeId?.RenderValue(values),
            Group = _templates.Group?.RenderValue(values)?.ToString(),
            Question = layout.Question?.Render(values) ?? "",
            Choices = choices,
            Gold = gold,
            Answer = layout.Answer?.Render(values),
            Label = layout.Labels.Count > 0 ? JsonSerializer.SerializeToElement(layout.Labels.SelectMany(item => item.RenderAll(values)))
                : layout.Label is { } label ? label.RenderValue(values) : gold is { } place ? JsonSerializer.SerializeToElement(place) : null,
        };
    }

    private static int Gold(DatasetRow row, LayoutTemplates layout, DocumentValues values, int choices)
    {
        if (choices > DocumentValues.Labels.Length)
        {
            throw row.Problem($"it has {choices} choices, more than there are letters");
        }

        var text = layout.Gold?.Render(values) ?? throw row.Problem("the layout does not say which choice is right");
        var known = layout.Layout.GoldValues;
        if (known.Count > 0 ? !known.TryGetValue(text, out var gold) : !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out gold))
        {
            throw row.Problem($"\"{text}\" does not say which choice is right; expected {(known.Count > 0 ? $"one of {string.Join(", ", known.Keys)}" : "its place from 0")}");
        }

        return gold >= 0 && gold < choices ? gold : throw row.Problem($"the right choice is number {gold} from 0, but there are {choices}");
    }

    private string Option(EvaluationDocument document, int index)
    {
        var values = Values(document);
        Choose(values, document, index);
        return _templates.Option.Render(values);
    }

    private DocumentValues Values(EvaluationDocument document) => new(document.Row, spec.Subset) { Question = document.Question, Answer = document.Answer };

    private static void Choose(DocumentValues values, EvaluationDocument document, int? choice)
    {
        if (choice is { } index)
        {
            values.Choice = document.Choices[index];
            values.Label = DocumentValues.Labels[index..(index + 1)];
        }
    }

    /// <summary>The first answer as Python writes a tuple of texts.</summary>
    private static string PythonTuple(EvaluationDocument document)
    {
        var items = document.Row.Texts("answers.0");
        return $"({string.Join(", ", items.Select(PythonQuoted))}{(items.Count == 1 ? "," : "")})";
    }

    /// <summary>Python's <c>repr</c> of a text of printable characters: in single quotes, or in double ones where it has single ones and no double ones.</summary>
    private static string PythonQuoted(string text)
    {
        var quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)
            .Replace("\r", "\\r", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal)
            .Replace("\u00A0", "\\xa0", StringComparison.Ordinal).Replace("\u00AD", "\\xad", StringComparison.Ordinal);
        return quote + (quote == '\'' ? escaped.Replace("'", "\\'", StringComparison.Ordinal) : escaped) + quote;
    }
}
