using System.Globalization;
using System.Text.Json;
using OlmoSharp.Data;
using OlmoSharp.Evaluation.Tasks;

namespace OlmoSharp.Evaluation.Datasets;

/// <summary>A split's rows, read whole.</summary>
/// <param name="Files">Where they were found.</param>
/// <param name="Rows">The rows, in the order of the files.</param>
public sealed record SplitRows(SplitFiles Files, IReadOnlyList<DatasetRow> Rows)
{
    /// <summary>Requests with at least this document id repeat a document without its context.</summary>
    internal const int UnconditionedOffset = 1_000_000;

    /// <summary>Reads a split of a task's dataset.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="spec">The task.</param>
    /// <param name="split">The split.</param>
    /// <exception cref="EvaluationException">A file is not found, is damaged, or has no rows of this split or subset.</exception>
    internal static SplitRows Read(DatasetFolder folder, TaskSpec spec, string split) => Read(folder.Find(spec, split), spec, split, folder.Read);

    /// <summary>Reads a split from files.</summary>
    internal static SplitRows Read(SplitFiles files, TaskSpec spec, string split, Func<string, string?, IEnumerable<(string Place, JsonElement Row)>> read)
    {
        try
        {
            var documents = Documents(files.Paths.SelectMany(path => read(path, IsJsonObject(path) ? spec.Dataset.Rows : null)));
            List<DatasetRow> rows = [.. Chosen(documents, spec.Dataset, split).Take(files.First ?? int.MaxValue).Select((row, index) => new DatasetRow(row.Place, index, row.Row))];
            return rows.Count > 0
                ? new SplitRows(files, rows)
                : throw new EvaluationException($"{spec.Name}: {string.Join(", ", files.Paths)} ({files.Rule}) has no rows of split {split}{(spec.Dataset.Where is { } where ? $" with {where.Field} = {where.Value}" : "")}");
        }
        catch (DataException error)
        {
            throw new EvaluationException(error.Message, error);
        }
    }

    private static bool IsJsonObject(string path) => path.EndsWith(".json", StringComparison.Ordinal) || path.Contains(".json.", StringComparison.Ordinal);

    /// <summary>Rows of requests stand for the documents that they carry, each once.</summary>
    private static IEnumerable<(string Place, JsonElement Row)> Documents(IEnumerable<(string Place, JsonElement Row)> rows)
    {
        var known = new HashSet<long>();
        foreach (var (place, row) in rows)
        {
            if (!row.TryGetProperty("request_type", out _) || !row.TryGetProperty("doc", out var document) || !row.TryGetProperty("doc_id", out var id))
            {
                yield return (place, row);
            }
            else if (id.ValueKind != JsonValueKind.Number || !id.TryGetInt64(out var number))
            {
                throw new EvaluationException($"{place}: \"doc_id\" is {DatasetRow.Kind(id)}, not a whole number, so that it is not known which requests are of one document");
            }
            else if (number < UnconditionedOffset && known.Add(number))
            {
                yield return (place, document);
            }
        }
    }

    private static IEnumerable<(string Place, JsonElement Row)> Chosen(IEnumerable<(string Place, JsonElement Row)> rows, DatasetConfig dataset, string split)
    {
        if (dataset.Where is { } where)
        {
            rows = rows.Where(row => !row.Row.TryGetProperty(where.Field, out var value) || value.ToString() == where.Value);
        }

        if (dataset.SplitBy is not { } by)
        {
            return rows;
        }

        var range = by.Ranges.GetValueOrDefault(split);
        return range is [var first, var last]
            ? rows.Where(row => Number(row, by.Field) is var number && number >= first && number <= last)
            : throw new EvaluationException($"{dataset.Name[0]}: split_by has no range of split {split}, two numbers");
    }

    private static long Number((string Place, JsonElement Row) row, string field) =>
        row.Row.TryGetProperty(field, out var value) && long.TryParse(value.ToString(), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new EvaluationException($"{row.Place}: \"{field}\" is missing or no whole number, so that the row's split is not known");
}
