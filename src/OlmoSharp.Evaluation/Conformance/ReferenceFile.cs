using System.Text.Json;
using OlmoSharp.Data;
using OlmoSharp.Data.Decontamination.Evaluations;
using OlmoSharp.Evaluation.Datasets;

namespace OlmoSharp.Evaluation.Conformance;

/// <summary>A file of requests that another program rendered, and what lies beside it about how.</summary>
internal sealed class ReferenceFile
{
    private ReferenceFile(string path, IReadOnlyList<ReferenceRow> rows, JsonElement? config) => (Path, Rows, Config) = (path, rows, config);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Its requests.</summary>
    public IReadOnlyList<ReferenceRow> Rows { get; }

    /// <summary>How many documents they are of.</summary>
    public int DocumentCount => Rows.Where(row => row.DocumentId < SplitRows.UnconditionedOffset).Select(row => row.DocumentId).Distinct().Count();

    /// <summary>The <c>task_config</c> of the <c>config.json</c> beside it; null where there is none.</summary>
    public JsonElement? Config { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="EvaluationException">It cannot be read, or a line is no request.</exception>
    public static ReferenceFile Read(string path)
    {
        try
        {
            List<ReferenceRow> rows = [.. EvaluationRows.Read(path, null).Select(row => Row(row.Place, row.Row))];
            return rows.Count > 0 ? new ReferenceFile(path, rows, ConfigBeside(path)) : throw new EvaluationException($"{path}: there are no requests in it");
        }
        catch (DataException error)
        {
            throw new EvaluationException(error.Message, error);
        }
    }

    private static ReferenceRow Row(string place, JsonElement row)
    {
        if (!row.TryGetProperty("request", out var request) || request.ValueKind != JsonValueKind.Object || !request.TryGetProperty("context", out var context)
            || !row.TryGetProperty("doc_id", out var document) || !document.TryGetInt32(out var id))
        {
            throw new EvaluationException($"{place}: it is no request; expected doc_id and request.context");
        }

        return new ReferenceRow(
            place,
            id,
            row.TryGetProperty("idx", out var index) && index.TryGetInt32(out var number) ? number : 0,
            Text(row, "request_type") ?? "loglikelihood",
            Text(row, "task_name") ?? "",
            context.ValueKind == JsonValueKind.String ? context.GetString()! : context.GetRawText(),
            Text(request, "continuation"),
            Value(row, "native_id"),
            Value(row, "label"),
            request);
    }

    private static string? Text(JsonElement owner, string name) => owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static JsonElement? Value(JsonElement owner, string name) => owner.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static JsonElement? ConfigBeside(string path)
    {
        var config = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!, "config.json");
        if (!File.Exists(config))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(config));
            return document.RootElement.TryGetProperty("task_config", out var task) && task.ValueKind == JsonValueKind.Object ? task.Clone() : null;
        }
        catch (JsonException error)
        {
            throw new EvaluationException($"{config}: invalid JSON ({error.Message})", error);
        }
    }
}
