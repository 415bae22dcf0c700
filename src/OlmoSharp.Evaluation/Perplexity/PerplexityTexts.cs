using System.Text;
using System.Text.Json;
using OlmoSharp.Data;
using OlmoSharp.Data.Decontamination.Evaluations;
using OlmoSharp.Data.Shards;
using OlmoSharp.Evaluation.Datasets;
using OlmoSharp.Evaluation.Requests;
using OlmoSharp.Evaluation.Tasks;
using OlmoSharp.Tokenization;

namespace OlmoSharp.Evaluation.Perplexity;

/// <summary>
/// Makes tasks of a user's own texts, one for each source. A path is a file or folder of rows (a row is a text, its <c>source</c> and <c>subdomain</c> where it has them), of plain
/// text (a file is a text), or of token shards; <c>NAME=PATH</c> says what the source is called, else the rows say it, else the file or folder.
/// </summary>
/// <param name="spec">How texts are asked; each source's task differs from it in name alone.</param>
/// <param name="tokenizer">The model's, for token shards.</param>
/// <param name="type">How ids of shards without a side-car are stored; null: by the tokenizer's vocabulary.</param>
public sealed class PerplexityTexts(TaskSpec spec, Tokenizer tokenizer, TokenType? type = null)
{
    private readonly ShardTexts _shards = new(tokenizer, type, spec.Compat.Contains(Compatibility.EndOfText));

    /// <summary>Reads texts.</summary>
    /// <param name="paths">The paths.</param>
    /// <exception cref="EvaluationException">A path leads to nothing, a file is damaged, a row has no text, or shards are not the tokenizer's.</exception>
    public IReadOnlyList<BuiltTask> Build(IReadOnlyList<string> paths)
    {
        // Each source once, in the order in which they come.
        Dictionary<string, List<SourceText>> sources = [];
        foreach (var path in paths)
        {
            var (name, where) = Named(path);
            var count = 0;
            foreach (var text in Read(name, where))
            {
                count++;
                (sources.TryGetValue(text.Source, out var own) ? own : sources[text.Source] = []).Add(text);
            }

            if (count == 0)
            {
                throw new EvaluationException($"{where}: there are no texts in it; correct it, or leave it out");
            }
        }

        return [.. sources.Select(source => Task(source.Key, source.Value))];
    }

    private static (string? Name, string Path) Named(string path) =>
        !File.Exists(path) && !Directory.Exists(path) && path.IndexOf('=', StringComparison.Ordinal) is > 0 and var place ? (path[..place], path[(place + 1)..]) : (null, path);

    private IEnumerable<SourceText> Read(string? name, string path)
    {
        if (TextPaths.AreShards(path))
        {
            if (Directory.Exists(path) && TextPaths.Below(path) is [var other, ..])
            {
                throw new EvaluationException($"{path}: there are token shards here and texts, such as {other}; name the ones that are meant");
            }

            return _shards.Read(path).Select(text => new SourceText(
                name ?? TextPaths.NameOf(path), path, text.Place, JsonSerializer.SerializeToElement(new Dictionary<string, string> { ["id"] = text.Id, ["text"] = text.Text }), text.Tokens));
        }

        var isFolder = Directory.Exists(path);
        return TextPaths.Files(path).SelectMany(file => TextPaths.HoldsRows(file) ? Rows(name, path, file) : [PlainText(name ?? TextPaths.NameOf(path), path, file, isFolder)]);
    }

    private static List<SourceText> Rows(string? name, string path, string file)
    {
        try
        {
            var own = name ?? TextPaths.NameOf(Directory.Exists(path) ? path : file);
            List<SourceText> texts =
            [
                .. EvaluationRows.Read(file, null).Select(row => new SourceText(
                    name ?? (row.Row.TryGetProperty("source", out var source) && source.ValueKind == JsonValueKind.String && source.GetString() is { Length: > 0 } said ? said : own),
                    file, row.Place, row.Row, null)),
            ];
            return texts.Count > 0 ? texts : throw new EvaluationException($"{file}: the file has no rows; correct it, or leave it out");
        }
        catch (DataException error)
        {
            throw new EvaluationException(error.Message, error);
        }
    }

    private static SourceText PlainText(string name, string path, string file, bool isFolder)
    {
        var row = new Dictionary<string, string> { ["id"] = isFolder ? Path.GetRelativePath(path, file).Replace('\\', '/') : Path.GetFileName(file), ["text"] = Encoding.UTF8.GetString(PlainTextFile.Read(file)) };
        if (isFolder)
        {
            row["subdomain"] = TextPaths.Stem(row["id"]);
        }

        return new(name, file, file, JsonSerializer.SerializeToElement(row), null);
    }

    private BuiltTask Task(string source, List<SourceText> texts)
    {
        var files = new SplitFiles([.. texts.Select(text => text.File).Distinct()], "named", false);
        var rows = texts.Select((text, index) => new DatasetRow(text.Place, index, text.Row)).ToList();
        var own = spec with { Name = $"{spec.Task}_{source}::{spec.Regime}", Task = $"{spec.Task}_{source}", Subset = source };
        var task = new RequestBuilder([], null).Build(own, [new SplitRows(files, rows)]);
        return task with { Requests = [.. task.Requests.Select(request => request with { Tokenized = texts[task.Documents[request.DocumentId].Row.Index].Tokens })] };
    }

    private sealed record SourceText(string Source, string File, string Place, JsonElement Row, TokenizedText? Tokens);
}
