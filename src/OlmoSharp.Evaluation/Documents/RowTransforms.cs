using System.Text.Json;
using System.Text.RegularExpressions;
using OlmoSharp.Evaluation.Datasets;
using OlmoSharp.Evaluation.Sampling;
using OlmoSharp.Evaluation.Tasks;

namespace OlmoSharp.Evaluation.Documents;

/// <summary>The named code of <see cref="RowTransform"/>.</summary>
internal static partial class RowTransforms
{
    /// <summary>The rows that a transform makes of one.</summary>
    /// <exception cref="EvaluationException">The row lacks a field that the transform needs.</exception>
    public static IEnumerable<DatasetRow> Apply(RowTransform transform, DatasetRow row) => transform switch
    {
        RowTransform.BasicSkills => [BasicSkills(row)],
        RowTransform.Coqa => Coqa(row),
        RowTransform.CyclicChoices => CyclicChoices(row),
        RowTransform.Drop => [row.With("answers", DropAnswers(row))],
        RowTransform.Jeopardy => [Jeopardy(row)],
        RowTransform.LabBench => [LabBench(row)],
        RowTransform.Sciq => [Sciq(row)],
        RowTransform.TruthfulQa => [TruthfulQa(row)],
        RowTransform.Unformat => [Unformat(row)],
        _ => [row],
    };

    private static DatasetRow Unformat(DatasetRow row)
    {
        const string AnswerLine = "\nAnswer:";
        var prompt = row.Has("query") ? row.Text("query") : row.Text("question");
        var choices = row.Texts("choices");
        var isOver = prompt.EndsWith(AnswerLine, StringComparison.Ordinal);
        if (!isOver || choices.Where((choice, place) => choice != DocumentValues.Labels[place..(place + 1)]).Any())
        {
            return row.With("plain_question", isOver ? prompt[..^AnswerLine.Length] : prompt).With("plain_choices", choices);
        }

        // Labels are looked for in their order, so that a choice may have lines of its own.
        var starts = new List<int>();
        foreach (var label in choices)
        {
            var start = prompt.IndexOf($"\n {label}. ", starts is [.., var last] ? last + 1 : 0, StringComparison.Ordinal);
            starts.Add(start >= 0 ? start : throw row.Problem($"there is no option {label} in its prompt"));
        }

        var ends = starts.Skip(1).Append(prompt.Length - AnswerLine.Length);
        return row.With("plain_question", prompt[..starts[0]]).With("plain_choices", starts.Zip(ends, (start, end) => prompt[(start + 5)..end]));
    }

    private static DatasetRow BasicSkills(DatasetRow row)
    {
        var random = new PythonRandom(row.Text("id"));
        var choices = row.Texts("wrong_answers").ToArray();
        random.Shuffle<string>(choices);
        var place = random.NextBelow(choices.Length + 1);
        return row.With("shuffled_choices", choices.Take(place).Append(row.Text("answer")).Concat(choices.Skip(place))).With("shuffled_gold", place);
    }

    private static DatasetRow LabBench(DatasetRow row)
    {
        string[] choices = [.. row.Texts("distractors"), row.Text("ideal")];
        return ShuffledLast(row.With("all_choices", choices).With("all_gold", choices.Length - 1), choices, new PythonRandom(row.Text("id")));
    }

    private static DatasetRow Sciq(DatasetRow row) =>
        ShuffledLast(row, [row.Text("distractor1"), row.Text("distractor2"), row.Text("distractor3"), row.Text("correct_answer")], new PythonRandom(row.Index));

    /// <summary>With choices in a random order, of which the last was the right one.</summary>
    private static DatasetRow ShuffledLast(DatasetRow row, string[] choices, PythonRandom random)
    {
        var order = Enumerable.Range(0, choices.Length).ToArray();
        random.Shuffle<int>(order);
        return row.With("shuffled_choices", order.Select(place => choices[place])).With("shuffled_gold", Array.IndexOf(order, choices.Length - 1));
    }

    private static IEnumerable<DatasetRow> CyclicChoices(DatasetRow row)
    {
        var choices = row.Texts("choices.text");
        var gold = row.Field("answerKey").GetInt32();
        for (var shift = 0; shift < choices.Count; shift++)
        {
            var id = row.Field("id");
            yield return row
                .With("id", shift == 0 ? id : JsonSerializer.SerializeToElement($"{id}_shift{shift}"))
                .With("rotated_choices", choices.Skip(shift).Concat(choices.Take(shift)))
                .With("rotated_gold", (gold - shift + choices.Count) % choices.Count);
        }
    }

    private static IEnumerable<DatasetRow> Coqa(DatasetRow row)
    {
        var questions = row.Texts("questions.input_text");
        var answers = row.Texts("answers.input_text");
        List<IReadOnlyList<string>> others = [.. row.Field("additional_answers").EnumerateObject().Select(other => row.Texts($"additional_answers.{other.Name}.input_text"))];
        if (questions.Count != answers.Count)
        {
            throw row.Problem($"it has {questions.Count} questions and {answers.Count} answers");
        }

        var history = "";
        for (var turn = 0; turn < questions.Count; turn++)
        {
            var all = others.Where(list => list.Count > turn && list[turn].Length > 0).Select(list => list[turn]).Prepend(answers[turn]);
            yield return row
                .With("turn_id", $"{row.Field("id")}_turn{turn}")
                .With("turn_question", questions[turn])
                .With("turn_answers", all)
                .With("history", turn == 0 ? "" : "\n\nPreceding questions:" + history);
            history += $"\n\nQuestion: {questions[turn]}\nAnswer: {answers[turn]}";
        }
    }

    private static DatasetRow Jeopardy(DatasetRow row)
    {
        var match = CategoryAndClue.Match(row.Text("context"));
        return match.Success
            ? row.With("category_name", match.Groups[1].Value).With("clue", match.Groups[2].Value)
            : throw row.Problem("its context has no colon between category and clue");
    }

    private static DatasetRow TruthfulQa(DatasetRow row)
    {
        List<string> choices;
        List<int> labels;
        IEnumerable<(string Choice, int Label)> others;
        if (row.Has("mc1_targets"))
        {
            choices = [.. row.Texts("mc1_targets.choices")];
            labels = [.. Numbers("mc1_targets.labels")];
            others = row.Texts("mc2_targets.choices").Zip(Numbers("mc2_targets.labels"));
        }
        else
        {
            List<string> wrong = [.. Answers("Incorrect Answers")];
            choices = [Closed(row.Text("Best Answer")), .. wrong];
            labels = [1, .. wrong.Select(_ => 0)];
            others = Answers("Correct Answers").Select(answer => (answer, 1));
        }

        foreach (var (choice, label) in others.Where(other => !choices.Contains(other.Choice)).ToList())
        {
            choices.Add(choice);
            labels.Add(label);
        }

        return row.With("mc_choices", choices).With("mc_labels", labels);

        IEnumerable<int> Numbers(string path) => row.Field(path).EnumerateArray().Select(label => label.GetInt32());
        IEnumerable<string> Answers(string path) => row.Text(path).Split(';').Select(PythonText.Strip).Where(answer => answer.Length > 0).Select(Closed);
        static string Closed(string answer) => PythonText.Strip(answer) is var text && text.EndsWith('.') ? text : text + ".";
    }

    private static List<IReadOnlyList<string>> DropAnswers(DatasetRow row)
    {
        if (row.TryFind("answers", out _))
        {
            return [.. row.Field("answers").EnumerateArray().Select((_, index) => row.Texts($"answers.{index}"))];
        }

        var answers = new List<IReadOnlyList<string>>();
        var validated = row.Field("validated_answers").GetProperty("number").GetArrayLength();
        IEnumerable<IReadOnlyList<string>> all =
        [
            DropAnswer(row, "answer.number", "answer.spans", "answer.date"),
            .. Enumerable.Range(0, validated).Select(index =>
                DropAnswer(row, $"validated_answers.number.{index}", $"validated_answers.spans.{index}", $"validated_answers.date.{index}")),
        ];
        foreach (var answer in all.Where(answer => !answers.Any(known => known.SequenceEqual(answer))))
        {
            answers.Add(answer);
        }

        return answers;
    }

    private static IReadOnlyList<string> DropAnswer(DatasetRow row, string number, string spans, string date) =>
        row.Field(number).ToString() is { Length: > 0 } value ? [value]
        : row.Texts(spans) is { Count: > 0 } texts ? texts
        : [PythonText.Strip($"{row.Text(date + ".day")} {row.Text(date + ".month")} {row.Text(date + ".year")}")];

    [GeneratedRegex(@"(.*?):[\s\u001C-\u001F]*(.*)", RegexOptions.CultureInvariant)]
    private static partial Regex CategoryAndClue { get; }
}
