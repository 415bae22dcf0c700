using System.Text.Json;
using OlmoSharp.Data.Decontamination.Evaluations;
using OlmoSharp.Evaluation.Datasets;
using OlmoSharp.Evaluation.Requests;
using OlmoSharp.Evaluation.Tasks;

namespace OlmoSharp.Evaluation.Conformance;

/// <summary>Compares the requests that we build with those of a reference file, character for character.</summary>
public sealed class ConformanceCheck
{
    private readonly TaskCatalog _catalog;
    private readonly DatasetFolder? _data;
    private readonly FewshotFile? _fewshot;

    /// <summary>Takes what our requests are built from.</summary>
    /// <param name="catalog">The tasks.</param>
    /// <param name="data">The data folder; without a split's file, the documents that the reference carries are taken.</param>
    /// <param name="fewshot">The file of examples.</param>
    public ConformanceCheck(TaskCatalog catalog, DatasetFolder? data, FewshotFile? fewshot) => (_catalog, _data, _fewshot) = (catalog, data, fewshot);

    /// <summary>Compares one file.</summary>
    /// <param name="path">The file of requests; the <c>config.json</c> beside it says its task and settings.</param>
    /// <param name="task">The task, where the file does not say it; null: the file's own.</param>
    /// <param name="overrides">Settings that count before all others.</param>
    /// <exception cref="EvaluationException">The file, its task or the data cannot be used.</exception>
    public ConformanceResult Compare(string path, string? task = null, IReadOnlyList<string>? overrides = null)
    {
        var reference = ReferenceFile.Read(path);
        var candidates = task is not null ? [_catalog.Find(task, overrides)] : new ReferenceTask(_catalog).Candidates(reference, overrides);
        if (candidates.Count == 1)
        {
            return Compare(reference, candidates[0]);
        }

        // Without a config beside the file, the regime is the one that explains it best.
        ConformanceResult? best = null;
        EvaluationException? last = null;
        foreach (var candidate in candidates)
        {
            try
            {
                var result = Compare(reference, candidate);
                best = best is null || result.Mismatches < best.Mismatches ? result : best;
            }
            catch (EvaluationException error)
            {
                last = error;
            }

            if (best is { Mismatches: 0 })
            {
                break;
            }
        }

        return best ?? throw last!;
    }

    private ConformanceResult Compare(ReferenceFile reference, TaskSpec spec)
    {
        var (built, documents) = Build(reference, spec);
        var differences = new List<RequestDifference>();
        var ours = new Dictionary<(int, int), (EvaluationRequest Request, int Place)>();
        foreach (var request in built.Requests)
        {
            ours[(request.FileDocumentId, request.Index)] = (request, ours.Count);
        }

        var compared = 0;
        var mismatches = 0;
        for (var place = 0; place < reference.Rows.Count; place++)
        {
            var row = reference.Rows[place];
            var before = differences.Count;
            if (ours.Remove((row.DocumentId, row.Index), out var own))
            {
                compared++;
                differences.AddRange(Differences(row, own.Request));
                if (own.Place != place && differences.Count == before)
                {
                    differences.Add(Difference(row, "order", $"request {place + 1}", $"request {own.Place + 1}"));
                }
            }
            else
            {
                differences.Add(Difference(row, "missing", row.Context, ""));
            }

            mismatches += differences.Count > before ? 1 : 0;
        }

        foreach (var (request, _) in ours.Values.OrderBy(own => own.Place))
        {
            differences.Add(new RequestDifference(reference.Path, request.FileDocumentId, request.Index, "extra", "", request.Context));
            mismatches++;
        }

        var examples = spec.Shots == 0 ? "" : spec.Fewshot.Source ?? $"split {spec.Fewshot.Split}";
        return new ConformanceResult(reference.Path, spec, compared, mismatches, differences, documents, examples);
    }

    private (BuiltTask Built, string Documents) Build(ReferenceFile reference, TaskSpec spec)
    {
        var builder = new RequestBuilder(_data, _fewshot);
        var reason = "";
        if (_data?.TryFind(spec, spec.Split) is not null || spec.Split == "all")
        {
            try
            {
                var built = builder.Build(spec);
                return (built, string.Join(", ", built.Files.Select(files => files.Rule)));
            }
            catch (EvaluationException error)
            {
                reason = $" ({error.Message})";
            }
        }

        try
        {
            var files = new SplitFiles([reference.Path], "the reference's own documents", IsSample: true);
            return (builder.Build(spec, [SplitRows.Read(files, spec, spec.Split, EvaluationRows.Read)]), files.Rule);
        }
        catch (EvaluationException error) when (reason.Length > 0)
        {
            throw new EvaluationException(error.Message + reason, error);
        }
    }

    private static IEnumerable<RequestDifference> Differences(ReferenceRow row, EvaluationRequest own)
    {
        var context = own.Messages is null ? own.Context : RequestJson.ContextOf(own);
        if (row.Context != context && (own.Messages is null || !IsSame(JsonDocument.Parse(row.Context).RootElement, JsonDocument.Parse(context).RootElement)))
        {
            yield return Difference(row, "context", row.Context, context);
        }

        if (row.Continuation != own.Continuation)
        {
            yield return Difference(row, "continuation", row.Continuation ?? "(none)", own.Continuation ?? "(none)");
        }

        if (row.Kind != RequestJson.NameOf(own.Kind))
        {
            yield return Difference(row, "request_type", row.Kind, RequestJson.NameOf(own.Kind));
        }

        if (!IsSame(row.NativeId, own.NativeId))
        {
            yield return Difference(row, "native_id", Text(row.NativeId), Text(own.NativeId));
        }

        if (!IsSame(row.Label, own.Label))
        {
            yield return Difference(row, "label", Text(row.Label), Text(own.Label));
        }

        if (own.Kind is RequestKind.GenerateUntil or RequestKind.GenerateUntilAndLoglikelihood && row.Request.TryGetProperty("stop_sequences", out var stop)
            && !IsSame(stop, JsonSerializer.SerializeToElement(own.Generation?.Stop ?? [])))
        {
            yield return Difference(row, "stop_sequences", stop.GetRawText(), JsonSerializer.Serialize(own.Generation?.Stop));
        }
    }

    private static bool IsSame(JsonElement? left, JsonElement? right) =>
        left is { } one && right is { } other ? JsonElement.DeepEquals(one, other) : left is null && right is null;

    private static string Text(JsonElement? value) => value?.ToString() ?? "null";

    private static RequestDifference Difference(ReferenceRow row, string field, string expected, string actual) => new(row.Place, row.DocumentId, row.Index, field, expected, actual);
}
