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
        var beginning = "";
        if (built.Spec.Shots < spec.Shots)
        {
            beginning = Beginning(reference, built);
            if (beginning.AsSpan().Count(spec.Separator) < spec.Shots)
            {
                throw new EvaluationException($"{reference.Path}: its prompts begin with fewer than the {spec.Shots} examples of {spec.Name}; set shots to theirs, or give the few-shot file");
            }
        }

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
                differences.AddRange(Differences(row, own.Request, beginning));
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

        var examples = spec.Shots == 0 ? "" : built.Spec.Shots < spec.Shots ? "the reference's own (not compared)" : spec.Fewshot.Source ?? $"split {spec.Fewshot.Split}";
        return new ConformanceResult(reference.Path, spec, compared, mismatches, differences, documents, examples);
    }

    /// <summary>
    /// Builds the task from the data folder. Where that lacks the split, or has another number of documents, the documents that the reference carries are taken;
    /// where the examples are not to be had, the task is built without.
    /// </summary>
    private (BuiltTask Built, string Documents) Build(ReferenceFile reference, TaskSpec spec)
    {
        var builder = new RequestBuilder(_data, _fewshot);
        var own = new SplitFiles([reference.Path], "the reference's own documents", IsSample: true);
        var reason = "";
        if (_data?.TryFind(spec, spec.Split) is not null || spec.Split == "all")
        {
            try
            {
                var built = WithOrWithoutExamples(spec, used => builder.Build(used));
                if (built.Documents.Count == reference.DocumentCount)
                {
                    return (built, string.Join(", ", built.Files.Select(files => files.Rule)));
                }

                reason = $"the data folder has {built.Documents.Count} documents, the reference {reference.DocumentCount}";
            }
            catch (EvaluationException error)
            {
                reason = error.Message;
            }
        }

        try
        {
            return (WithOrWithoutExamples(spec, used => builder.Build(used, [SplitRows.Read(own, used, used.Split, EvaluationRows.Read)])), own.Rule + (reason.StartsWith("the data folder", StringComparison.Ordinal) ? $" ({reason})" : ""));
        }
        catch (EvaluationException error) when (reason.Length > 0)
        {
            throw new EvaluationException($"{error.Message} ({reason})", error);
        }
    }

    private BuiltTask WithOrWithoutExamples(TaskSpec spec, Func<TaskSpec, BuiltTask> build)
    {
        var isThere = spec.Fewshot switch
        {
            { Source: { } source } => _fewshot?.Ids.Contains(source) ?? false,
            { Split: { } split } => split == spec.Split || _data?.TryFind(spec, split) is not null,
            _ => true,
        };
        return build(spec.Shots == 0 || isThere ? spec : spec with { Shots = 0, Instruction = "" });
    }

    /// <summary>What stands before the first document's prompt in the reference: its examples, which every other document must have too.</summary>
    private static string Beginning(ReferenceFile reference, BuiltTask built)
    {
        var first = built.Requests[0].Context;
        return reference.Rows[0].Context.EndsWith(first, StringComparison.Ordinal) ? reference.Rows[0].Context[..^first.Length] : "";
    }

    private static IEnumerable<RequestDifference> Differences(ReferenceRow row, EvaluationRequest own, string beginning)
    {
        var context = own.Messages is null ? (own.IsUnconditioned ? "" : beginning) + own.Context : RequestJson.ContextOf(own);
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
