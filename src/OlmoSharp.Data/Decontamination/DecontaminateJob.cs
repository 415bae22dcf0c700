using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Decontamination.Config;
using OlmoSharp.Data.Decontamination.Evaluations;
using OlmoSharp.Data.Decontamination.Matching;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Jobs;
using OlmoSharp.Data.Texts;

namespace OlmoSharp.Data.Decontamination;

/// <summary>Looks for the items of evaluation sets in documents, and writes attributes that say where they are and a report of every hit.</summary>
public sealed class DecontaminateJob
{
    // Changes when the same config and inputs may give something else.
    private const int Version = 1;

    private readonly DecontaminateConfig _config;
    private readonly bool _quarantines;
    private readonly string _evaluations;

    /// <summary>Makes the job that a config asks for, and reads its evaluation sets.</summary>
    /// <param name="config">The config.</param>
    /// <param name="quarantines">Whether a line that is no document goes to a file in <c>.quarantine/</c> instead of stopping the job.</param>
    /// <exception cref="DataException">There are no documents, or an evaluation set cannot be read, is empty or says too little.</exception>
    public DecontaminateJob(DecontaminateConfig config, bool quarantines = false)
    {
        _config = config;
        _quarantines = quarantines;
        Tasks = [.. DocumentPatterns.Expand(config.Documents).Select(Task)];
        List<EvaluationSet> sets = [.. config.Evaluations.Select(EvaluationSet.Read)];
        _evaluations = Fingerprint(sets);
        Index = new ContaminationIndex(sets, config.Rules);
    }

    /// <summary>What is looked for.</summary>
    public ContaminationIndex Index { get; }

    /// <summary>A task for each document file: attributes, hits, questions without their answers, and the quarantine file.</summary>
    public IReadOnlyList<ShardTask> Tasks { get; }

    /// <summary>What decides the outputs besides the documents, for <see cref="ShardJob"/>.</summary>
    public string Settings => $"{Version}\n{_config.Experiment}\n{_quarantines}\n{_config.Rules}\n{_evaluations}";

    /// <summary>Looks at one document file.</summary>
    /// <param name="work">One of <see cref="Tasks"/>.</param>
    /// <exception cref="DataException">The documents are damaged, or a line is none and there is no quarantine.</exception>
    public void Run(ShardWork work)
    {
        var quarantine = _quarantines ? new QuarantineFile(work.Output(3)) : null;
        using var reader = new DocumentScanner(work.Task.Inputs[0], quarantine);
        using var writer = new AttributeWriter(work.Output(0));
        var (hits, questions) = (work.Output(1), work.Output(2));
        var checker = new ContaminationChecker(Index);
        var attributes = new DocumentAttributes(_config.Experiment, Index.Evaluations);
        var (view, codePoints) = (new DocumentView(), new CodePoints());
        var (documents, bytes, contaminated) = (0L, 0L, 0L);
        while (reader.Read(view))
        {
            attributes.Reset();
            var found = checker.Find(view.Text);
            if (found.Count > 0)
            {
                codePoints.Reset(view.TextMemory);
            }

            foreach (var hit in found)
            {
                var (start, end) = (codePoints.Before(hit.Start), codePoints.Before(hit.End));
                HitRow.Write(hit.IsContamination ? hits : questions, work.Task.Inputs[0], view, hit, start, end);
                if (hit.IsContamination)
                {
                    attributes.Add(hit, new AttributeSpan(start, end, HitRow.Rounded(hit.Score)));
                }
            }

            attributes.Write(writer, view, CodePoints.CountIn(view.Text));
            documents++;
            bytes += view.Text.Length;
            contaminated += attributes.HasHits ? 1 : 0;
            work.Advance(1);
        }

        work.Count("documents", documents);
        work.Count("bytes", bytes);
        work.Count("contaminated documents", contaminated);
        if (quarantine is not null)
        {
            work.Count("quarantined", quarantine.Count);
        }
    }

    /// <summary>Writes the report from what the tasks left, which must all be done: <c>hits.jsonl</c>, <c>questions.jsonl</c>, <c>unchecked.jsonl</c> and <c>summary.json</c>.</summary>
    /// <param name="done">What the tasks did.</param>
    /// <exception cref="DataException">The disk refuses.</exception>
    public ContaminationSummary Report(JobResult done)
    {
        var tallies = Index.Evaluations.ToDictionary(evaluation => evaluation.Name, _ => new HitTally());
        var questions = Index.Evaluations.ToDictionary(evaluation => evaluation.Name, _ => new HitTally());
        try
        {
            Merge("hits.jsonl", 1, tallies);
            Merge("questions.jsonl", 2, questions);
            WriteUnchecked();
            var summary = new ContaminationSummary(
                done.Totals["documents"],
                done.Totals["contaminated documents"],
                [.. Index.Evaluations.Select(evaluation => EvaluationSummary.Of(evaluation, tallies[evaluation.Name], questions[evaluation.Name]))]);
            AtomicFile.WriteAllBytes(Path.Combine(_config.Report, "summary.json"), [.. summary.ToJson(), (byte)'\n']);
            return summary;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{_config.Report}: the report cannot be written: {error.Message} Free the disk or choose another folder, and run the job again.", error);
        }
    }

    private ShardTask Task(string documents)
    {
        // Equal relative paths in different roots are different files, so the whole path names the parts.
        var part = Path.Combine(_config.Report, ".parts", $"{XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(documents)):x16}");
        List<string> outputs = [AttributePaths.Of(documents, _config.Experiment), $"{part}.hits.jsonl.zst", $"{part}.questions.jsonl.zst"];
        if (_quarantines)
        {
            outputs.Add(AttributePaths.Quarantine(AttributePaths.FolderOf(documents, _config.Experiment), AttributePaths.Relative(documents)));
        }

        return new ShardTask { Inputs = [documents], Outputs = outputs };
    }

    private void Merge(string name, int output, Dictionary<string, HitTally> tallies)
    {
        using var merged = new AtomicFile(Path.Combine(_config.Report, name));
        foreach (var task in Tasks)
        {
            using var lines = new DocumentScanner(task.Outputs[output]);
            while (lines.TryReadLine(out var line))
            {
                using var row = JsonDocument.Parse(line);
                tallies[row.RootElement.GetProperty("evaluation").GetString()!].Add(row.RootElement);
                merged.Stream.Write(line.Span);
                merged.Stream.WriteByte((byte)'\n');
            }
        }

        merged.Complete();
    }

    private void WriteUnchecked()
    {
        using var file = new AtomicFile(Path.Combine(_config.Report, "unchecked.jsonl"));
        foreach (var (evaluation, item) in Index.Evaluations.SelectMany(evaluation => evaluation.Unchecked.Select(item => (evaluation.Name, item))))
        {
            using (var json = new Utf8JsonWriter(file.Stream, DocumentJson.WriterOptions))
            {
                json.WriteStartObject();
                json.WriteString("evaluation"u8, evaluation);
                json.WriteString("item"u8, item.Item.Id);
                json.WriteString("item_place"u8, item.Item.Place);
                json.WriteString("reason"u8, item.Reason);
                json.WriteString("question"u8, item.Item.Question);
                json.WriteEndObject();
            }

            file.Stream.WriteByte((byte)'\n');
        }

        file.Complete();
    }

    private static string Fingerprint(IReadOnlyList<EvaluationSet> sets)
    {
        var hash = new XxHash128();
        foreach (var set in sets)
        {
            Append(set.Name, $"{set.RequireAnswer}", $"{set.Items.Count}");
            foreach (var item in set.Items)
            {
                Append([item.Id, item.Place, item.Question, item.Passage ?? "", $"{item.Answers.Count}", .. item.Answers]);
            }
        }

        return $"{hash.GetCurrentHashAsUInt128():x32}";

        void Append(params IEnumerable<string> parts)
        {
            foreach (var part in parts)
            {
                hash.Append(Encoding.UTF8.GetBytes($"{part.Length} {part}"));
            }
        }
    }
}
