using OlmoSharp.Evaluation.Datasets;
using OlmoSharp.Evaluation.Documents;
using OlmoSharp.Evaluation.Sampling;
using OlmoSharp.Evaluation.Tasks;

namespace OlmoSharp.Evaluation.Requests;

/// <summary>Builds a task's requests from its data.</summary>
public sealed class RequestBuilder
{
    private readonly IReadOnlyList<DatasetFolder> _data;
    private readonly FewshotFile? _fewshot;

    /// <summary>Takes what requests are built from.</summary>
    /// <param name="data">The data folder; null where every split comes from elsewhere.</param>
    /// <param name="fewshot">The file of examples; null if no task needs one.</param>
    public RequestBuilder(DatasetFolder? data, FewshotFile? fewshot)
        : this(data is null ? [] : [data], fewshot)
    {
    }

    /// <summary>Takes what requests are built from.</summary>
    /// <param name="data">Data folders; a split is of the first that has it.</param>
    /// <param name="fewshot">The file of examples; null if no task needs one.</param>
    public RequestBuilder(IReadOnlyList<DatasetFolder> data, FewshotFile? fewshot) => (_data, _fewshot) = (data, fewshot);

    /// <summary>Builds a task.</summary>
    /// <param name="spec">The task.</param>
    /// <exception cref="EvaluationException">Data is missing or wrong; the message names file and line.</exception>
    public BuiltTask Build(TaskSpec spec) => Build(spec, Read(spec));

    /// <summary>Builds a task from rows that are already read.</summary>
    internal BuiltTask Build(TaskSpec spec, IReadOnlyList<SplitRows> splits)
    {
        var reader = new DocumentReader(spec);
        List<EvaluationDocument> available = [.. splits.SelectMany(split => split.Rows).SelectMany(reader.Read)];
        var isSample = splits.Any(split => split.Files.IsSample);
        var drawn = spec.Limit > 0 && available.Count > spec.Limit && !isSample ? new PythonRandom(spec.SubsampleSeed).Sample(available.Count, spec.Limit) : null;
        // What a larger draw begins with is what a smaller one draws.
        List<EvaluationDocument> documents = drawn is not null ? [.. drawn.Select(place => available[place])] : isSample && spec.Limit > 0 ? [.. available.Take(spec.Limit)] : available;
        var examples = Examples(spec, reader, splits, available);
        var prompts = new PromptAssembler(spec, reader, examples);
        return new BuiltTask
        {
            Spec = spec,
            Files = [.. splits.Select(split => split.Files)],
            Available = available.Count,
            Drawn = drawn,
            Documents = documents,
            Examples = [.. examples.Take(spec.Shots)],
            FewshotSha256 = spec is { Shots: > 0, Fewshot.Source: { } source } ? _fewshot?.Sha256(source) : null,
            HasPublishedExamples = spec is { Shots: > 0, Fewshot.Source: { } id } ? _fewshot?.IsPublished(id) : null,
            Requests = Requests(spec, reader, prompts, documents),
        };
    }

    private List<SplitRows> Read(TaskSpec spec) => [.. SplitNeeds.OfDocuments(spec).Select(split => Split(spec, split))];

    private SplitRows Split(TaskSpec spec, string split) => SplitRows.Read(
        _data.FirstOrDefault(folder => folder.TryFind(spec, split) is not null) ?? (_data.Count > 0 ? _data[^1] : null)
            ?? throw new EvaluationException($"{spec.Name}: split {split} of {spec.Dataset.Name[0]} needs a data folder; give it with --data"),
        spec,
        split);

    /// <summary>The examples: as many as there are shots, and one more where a document may be among them.</summary>
    private List<EvaluationDocument> Examples(TaskSpec spec, DocumentReader reader, IReadOnlyList<SplitRows> splits, IReadOnlyList<EvaluationDocument> available)
    {
        if (spec.Shots == 0)
        {
            return [];
        }

        IReadOnlyList<EvaluationDocument> pool;
        var isEvaluated = false;
        if (spec.Fewshot.Source is { } source)
        {
            var file = _fewshot ?? throw new EvaluationException($"{spec.Name}: its {spec.Shots} examples are {source} of a few-shot file; give it with --fewshot");
            pool = [.. file.Rows(source).Select(row => reader.Read(row).First())];
        }
        else if (spec.Fewshot.Split == spec.Split && splits.Count == 1)
        {
            (pool, isEvaluated) = (available, !spec.Fewshot.KeepsOwn);
        }
        else
        {
            pool = [.. Split(spec, spec.Fewshot.Split!).Rows.SelectMany(reader.Read)];
        }

        var count = spec.Shots + (isEvaluated ? 1 : 0);
        if (pool.Count < count)
        {
            throw new EvaluationException($"{spec.Name}: {spec.Fewshot.Source ?? "split " + spec.Fewshot.Split} has {pool.Count} examples, but {count} are needed");
        }

        return [.. Order(spec, pool.Count, count).Select(place => pool[place])];
    }

    private static IEnumerable<int> Order(TaskSpec spec, int population, int count)
    {
        var random = new PythonRandom(spec.FewshotSeed);
        switch (spec.Fewshot.Order)
        {
            case FewshotOrder.Sample:
                return random.Sample(population, count);
            case FewshotOrder.Shuffle:
                var order = Enumerable.Range(0, population).ToArray();
                random.Shuffle<int>(order);
                return order.Take(count);
            default:
                return Enumerable.Range(0, count);
        }
    }

    private static List<EvaluationRequest> Requests(TaskSpec spec, DocumentReader reader, PromptAssembler prompts, List<EvaluationDocument> documents)
    {
        var requests = new List<EvaluationRequest>(documents.Count * 4);
        for (var id = 0; id < documents.Count; id++)
        {
            requests.AddRange(spec.HasChoices ? Choices(spec, reader, prompts, documents[id], id) : Answers(spec, reader, prompts, documents[id], id));
        }

        if (spec.Unconditioned.Length > 0 && spec.HasChoices)
        {
            for (var id = 0; id < documents.Count; id++)
            {
                for (var choice = 0; choice < documents[id].Choices.Count; choice++)
                {
                    requests.Add(Request(spec, documents[id], id, choice) with
                    {
                        Context = spec.Unconditioned,
                        Continuation = reader.Continuation(documents[id], choice),
                        IsUnconditioned = true,
                    });
                }
            }
        }

        return requests;
    }

    private static IEnumerable<EvaluationRequest> Choices(TaskSpec spec, DocumentReader reader, PromptAssembler prompts, EvaluationDocument document, int id)
    {
        if (document.Choices.Count < 2)
        {
            throw document.Row.Problem($"it has {document.Choices.Count} choice{(document.Choices.Count == 1 ? "" : "s")}, where at least two are needed");
        }

        var shared = reader.HasPromptForEachChoice ? null : prompts.Assemble(document, null);
        for (var choice = 0; choice < document.Choices.Count; choice++)
        {
            var prompt = shared ?? prompts.Assemble(document, choice);
            var continuation = reader.Continuation(document, choice);
            yield return Request(spec, document, id, choice) with
            {
                Context = prompt.Text,
                Messages = prompt.Messages,
                AnswerPrefix = prompt.AnswerPrefix,
                Continuation = prompt.Messages is not null && prompt.AnswerPrefix.Length == 0 ? continuation.TrimStart() : continuation,
            };
        }
    }

    private static IEnumerable<EvaluationRequest> Answers(TaskSpec spec, DocumentReader reader, PromptAssembler prompts, EvaluationDocument document, int id)
    {
        var prompt = prompts.Assemble(document, null);
        var request = Request(spec, document, id, 0) with
        {
            Context = prompt.Text,
            Messages = prompt.Messages,
            AnswerPrefix = prompt.AnswerPrefix,
            Continuation = spec.Request is RequestKind.Loglikelihood or RequestKind.GenerateUntilAndLoglikelihood ? reader.GoldContinuation(document) : null,
            Generation = spec.Request == RequestKind.LoglikelihoodRolling ? null : spec.Generation,
        };
        var repeats = spec.Request == RequestKind.GenerateUntil ? spec.Generation?.Repeats ?? 1 : 1;
        return Enumerable.Range(0, repeats).Select(repeat => request with { Index = repeat });
    }

    private static EvaluationRequest Request(TaskSpec spec, EvaluationDocument document, int id, int index) => new()
    {
        Kind = spec.Request,
        DocumentId = id,
        Index = index,
        NativeId = document.NativeId,
        Label = document.Label,
        Context = "",
    };
}
