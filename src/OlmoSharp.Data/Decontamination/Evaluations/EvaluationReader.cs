using System.Globalization;
using System.Text.Json;
using OlmoSharp.Data.Decontamination.Config;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Data.Decontamination.Evaluations;

/// <summary>Reads the items of an evaluation set.</summary>
internal sealed class EvaluationReader(EvaluationConfig config)
{
    private readonly EvaluationField[] _question = Fields(config.Question);
    private readonly EvaluationField[] _passage = Fields(config.Passage);
    private readonly EvaluationField? _answer = Field(config.Answer);
    private readonly EvaluationField[] _choices = Fields(config.Choices);
    private readonly EvaluationField? _labels = Field(config.Labels);
    private readonly EvaluationField? _id = Field(config.Id);

    /// <exception cref="DataException">A file is not there or damaged, or an item lacks a field.</exception>
    public IEnumerable<EvaluationItem> Read()
    {
        foreach (var (place, row) in DocumentPatterns.Expand(config.Files).SelectMany(path => EvaluationRows.Read(path, config.Rows)))
        {
            yield return Item(place, row);
        }
    }

    private EvaluationItem Item(string place, JsonElement row)
    {
        try
        {
            var passage = Joined(_passage, row);
            var hasQuestion = _question.Length > 0;
            return new EvaluationItem(
                _id?.Texts(row) is [var id, ..] ? id : place[(place.LastIndexOf(' ') + 1)..],
                place,
                hasQuestion ? Joined(_question, row) : passage,
                _answer is null ? [] : [.. Answers(row).Distinct(StringComparer.Ordinal)],
                hasQuestion && passage.Length > 0 ? passage : null);
        }
        catch (FormatException error)
        {
            throw new DataException($"{place}: {error.Message}. Correct the fields of evaluation {config.Name}, or the item.", error);
        }
    }

    private IEnumerable<string> Answers(JsonElement row)
    {
        var answers = _answer!.Texts(row);
        if (_choices.Length > 0)
        {
            List<string> choices = [.. _choices.SelectMany(field => field.Texts(row))];
            var labels = _labels?.Texts(row);
            answers = [.. answers.Select(answer => Choice(answer, choices, labels))];
        }

        return config.AnswerAfter is { } mark
            ? answers.Concat(answers.Where(answer => answer.Contains(mark, StringComparison.Ordinal)).Select(answer => answer[(answer.LastIndexOf(mark, StringComparison.Ordinal) + mark.Length)..]))
            : answers;
    }

    private string Choice(string answer, List<string> choices, IReadOnlyList<string>? labels)
    {
        var index = labels is not null ? labels.ToList().IndexOf(answer)
            : int.TryParse(answer, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number - config.FirstChoice
            : answer is [>= 'A' and <= 'Z' and var letter] ? letter - 'A'
            : choices.IndexOf(answer);
        return index >= 0 && index < choices.Count
            ? choices[index]
            : throw new FormatException($"the answer \"{answer}\" is none of the {choices.Count} choices{(labels is null ? "" : $", whose labels are {string.Join(", ", labels)}")}");
    }

    private static string Joined(EvaluationField[] fields, JsonElement row) => string.Join('\n', fields.SelectMany(field => field.Texts(row)));

    private static EvaluationField[] Fields(IReadOnlyList<string> paths) => [.. paths.Select(path => new EvaluationField(path))];

    private static EvaluationField? Field(string? path) => path is null ? null : new EvaluationField(path);
}
