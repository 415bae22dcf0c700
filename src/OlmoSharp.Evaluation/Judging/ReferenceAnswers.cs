using System.Text.Json;
using OlmoSharp.Data;
using OlmoSharp.Data.Decontamination.Evaluations;

namespace OlmoSharp.Evaluation.Judging;

/// <summary>The answers that a model's are compared with.</summary>
/// <param name="Name">The model that gave them.</param>
/// <param name="Texts">The answer to each instruction of the judged task, in its order.</param>
public sealed record ReferenceAnswers(string Name, IReadOnlyList<string> Texts)
{
    /// <summary>What differs where the answers do.</summary>
    internal string Hash => JudgeText.Hash(Texts);

    /// <summary>Reads them for a task's instructions.</summary>
    /// <param name="path">Another model's folder of results, or a file (JSON or JSON lines) of objects with <c>instruction</c> and <c>output</c>, as AlpacaEval's.</param>
    /// <param name="task">The judged task.</param>
    /// <exception cref="EvaluationException">An answer is missing, or the file is damaged.</exception>
    public static ReferenceAnswers Read(string path, JudgedTask task)
    {
        var (name, answers) = Directory.Exists(path) ? OfFolder(path, task.Task) : OfFile(path);
        var known = answers.ToLookup(answer => answer.Instruction, answer => answer.Text, StringComparer.Ordinal).ToDictionary(group => group.Key, group => new Queue<string>(group), StringComparer.Ordinal);
        var missing = task.Answers.Where(answer => !known.ContainsKey(answer.Instruction)).ToList();
        return missing.Count > 0
            ? throw new EvaluationException($"{path}: {missing.Count} of {task.Answers.Count} instructions have no answer here; the first is that of document {missing[0].DocumentId}, \"{Shortened(missing[0].Instruction)}\"")
            // An instruction that stands several times has its answers in their order.
            : new(name, [.. task.Answers.Select(answer => known[answer.Instruction] is { Count: > 1 } several ? several.Dequeue() : known[answer.Instruction].Peek())]);
    }

    private static (string Name, IEnumerable<(string Instruction, string Text)> Answers) OfFolder(string folder, string task)
    {
        var other = JudgedTask.Read(folder, task);
        return (other.Model.Name, other.Answers.Where(answer => answer.Text is not null).Select(answer => (answer.Instruction, answer.Text!)));
    }

    private static (string Name, IEnumerable<(string Instruction, string Text)> Answers) OfFile(string path)
    {
        try
        {
            List<(string Place, JsonElement Row)> rows = [.. EvaluationRows.Read(path, null)];
            List<string> generators = [.. rows.Where(row => row.Row.TryGetProperty("generator", out _)).Select(row => row.Row.GetProperty("generator").ToString()).Distinct()];
            return (generators is [var only] ? only : Path.GetFileNameWithoutExtension(path), [.. rows.Select(row => (Text(row, "instruction"), Text(row, "output")))]);
        }
        catch (DataException error)
        {
            throw new EvaluationException(error.Message, error);
        }

        static string Text((string Place, JsonElement Row) row, string field) => row.Row.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new EvaluationException($"{row.Place}: \"{field}\" is missing or no text; a file of answers has instruction and output");
    }

    private static string Shortened(string text) => (text.Length > 60 ? text[..60] + "…" : text).ReplaceLineEndings(" ");
}
