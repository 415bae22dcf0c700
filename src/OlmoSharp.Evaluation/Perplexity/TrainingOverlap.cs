using System.Collections.Concurrent;
using System.Text;
using OlmoSharp.Data;
using OlmoSharp.Data.Deduplication.Bloom;
using OlmoSharp.Data.Deduplication.Keys;
using OlmoSharp.Data.Documents;
using OlmoSharp.Evaluation.Requests;
using OlmoSharp.Evaluation.Runs;

namespace OlmoSharp.Evaluation.Perplexity;

/// <summary>Which paragraphs of the texts that are evaluated occur in training data.</summary>
/// <remarks>The texts' paragraphs are kept as hashes, 16 bytes each, and the training data is read once, whatever its size.</remarks>
public sealed class TrainingOverlap
{
    private const string OtherRows = "paragraphs are looked for in a document a line (JSON lines, as olmo data writes them), Parquet or plain text,";

    private readonly Dictionary<string, List<ParagraphOverlap>> _texts;

    private TrainingOverlap(string training, Dictionary<string, List<ParagraphOverlap>> texts) => (Training, _texts) = (training, texts);

    /// <summary>What was looked at, for people.</summary>
    public string Training { get; }

    /// <summary>Looks for the paragraphs of texts in training documents.</summary>
    /// <param name="tasks">The texts.</param>
    /// <param name="training">Folders, files or patterns of documents: JSON lines or Parquet with <c>text</c>, or plain text.</param>
    /// <param name="rule">Which paragraphs are looked for.</param>
    /// <param name="report">Told how many training documents were read.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="EvaluationException">Training data is missing or damaged.</exception>
    public static TrainingOverlap FindInDocuments(IReadOnlyList<BuiltTask> tasks, IReadOnlyList<string> training, ParagraphRule rule, Action<long> report, CancellationToken cancellation)
    {
        if (training.FirstOrDefault(path => TextPaths.AreShards(path) && !(Directory.Exists(path) && TextPaths.Below(path).Count > 0)) is { } shards)
        {
            throw new EvaluationException($"{shards}: paragraphs cannot be looked for in token shards; name the documents that they were made of");
        }

        List<string> files = [.. training.SelectMany(TextPaths.Files).Distinct(StringComparer.Ordinal)];
        var keys = Keys(tasks, rule, 0);
        var wanted = keys.Values.SelectMany(texts => texts).SelectMany(text => text).ToHashSet();
        var found = new ConcurrentDictionary<KeyHash, bool>();
        var documents = 0L;
        try
        {
            Parallel.ForEach(files, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, file => Read(file, text =>
            {
                cancellation.ThrowIfCancellationRequested();
                ParagraphRule.All(text, key =>
                {
                    if (wanted.Contains(key))
                    {
                        found.TryAdd(key, true);
                    }
                });
                report(Interlocked.Increment(ref documents));
            }));
        }
        catch (AggregateException error) when (error.InnerExceptions.OfType<EvaluationException>().FirstOrDefault() is { } first)
        {
            throw new EvaluationException(first.Message, error);
        }

        return new($"{documents} documents of {string.Join(", ", training)}", Shares(keys, found.ContainsKey));
    }

    /// <summary>Looks for the paragraphs of texts in a Bloom filter that <c>olmo data dedupe</c> made of the paragraphs of training documents.</summary>
    /// <param name="tasks">The texts.</param>
    /// <param name="path">The filter's file.</param>
    /// <param name="rule">Which paragraphs are looked for.</param>
    /// <exception cref="EvaluationException">The file is no such filter.</exception>
    public static TrainingOverlap FindInFilter(IReadOnlyList<BuiltTask> tasks, string path, ParagraphRule rule)
    {
        try
        {
            var filter = BloomFilter.Load(path);
            var keys = Keys(tasks, rule, filter.Parameters.Seed);
            return new(
                FormattableString.Invariant($"{filter.Keys} paragraphs in {path}, of which {filter.Parameters.FalsePositiveRate(filter.Keys):0.##E+0} are expected to be found by mistake"),
                Shares(keys, filter.Contains));
        }
        catch (DataException error)
        {
            throw new EvaluationException(error.Message, error);
        }
    }

    /// <summary>A task's texts with what of them was found.</summary>
    internal IReadOnlyList<InstanceScore> Mark(BuiltTask task, IReadOnlyList<InstanceScore> instances) =>
        _texts.TryGetValue(task.Spec.Name, out var found) ? [.. instances.Select(instance => instance with { Overlap = found[instance.DocumentId] })] : instances;

    private static Dictionary<string, List<IReadOnlyList<KeyHash>>> Keys(IReadOnlyList<BuiltTask> tasks, ParagraphRule rule, ulong seed) =>
        tasks.Where(task => task.Spec.Request == RequestKind.LoglikelihoodRolling)
            .ToDictionary(task => task.Spec.Name, task => task.Requests.Select(request => rule.Keys(Encoding.UTF8.GetBytes(request.Continuation ?? request.Context), seed)).ToList());

    private static Dictionary<string, List<ParagraphOverlap>> Shares(Dictionary<string, List<IReadOnlyList<KeyHash>>> keys, Func<KeyHash, bool> isFound) =>
        keys.ToDictionary(pair => pair.Key, pair => pair.Value.ConvertAll(text => new ParagraphOverlap(text.Count, text.Count(isFound))));

    private static void Read(string file, TextSeen seen)
    {
        try
        {
            if (!TextPaths.HoldsRows(file))
            {
                seen(PlainTextFile.Read(file));
                return;
            }

            if (TextPaths.IsCsv(file))
            {
                throw new EvaluationException($"{file}: {OtherRows} not CSV");
            }

            using var reader = new DocumentScanner(file);
            var view = new DocumentView();
            while (reader.TryReadLine(out var line))
            {
                try
                {
                    view.Parse(line);
                    seen(view.HasText ? view.Text : throw new FormatException("the document has no \"text\""));
                }
                catch (FormatException error)
                {
                    throw line.Span.TrimStart(" \t"u8).StartsWith("["u8) ? new EvaluationException($"{file}: {OtherRows} not a JSON array", error) : (Exception)reader.At(error);
                }
            }
        }
        catch (DataException error)
        {
            throw new EvaluationException(error.Message, error);
        }
    }

    private delegate void TextSeen(ReadOnlySpan<byte> text);
}
