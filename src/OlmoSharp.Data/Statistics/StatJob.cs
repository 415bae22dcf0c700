using System.Text.RegularExpressions;
using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Jobs;

namespace OlmoSharp.Data.Statistics;

/// <summary>Measures attributes and documents: a pass over the shards, each of which leaves its own summary, and their merger in the order of the shards.</summary>
public sealed class StatJob
{
    private const int Version = 1;

    private readonly StatConfig _config;
    private readonly Regex? _names;
    private readonly int _attributeFiles;
    private readonly bool _quarantines;

    /// <summary>Makes the job that a config asks for.</summary>
    /// <param name="config">The config.</param>
    /// <param name="parts">The folder for the shards' own summaries, the same on every process.</param>
    /// <param name="quarantines">Whether a broken line goes to a file in <c>.quarantine/</c> of the report instead of stopping the job.</param>
    /// <exception cref="DataException">There are no files, or no place for the quarantine.</exception>
    public StatJob(StatConfig config, string parts, bool quarantines = false)
    {
        if (quarantines && config.Report is null)
        {
            throw new DataException("report: broken lines are set aside in the report's folder, but the config has none. Give one, or leave --on-error out.");
        }

        _config = config;
        _names = config.Regex is null ? null : new Regex(config.Regex, RegexOptions.CultureInvariant);
        _quarantines = quarantines;
        var attributes = config.Attributes.Count > 0 ? DocumentPatterns.Expand(config.Attributes) : [];
        var documents = config.Documents.Count > 0 ? DocumentPatterns.Expand(config.Documents) : [];
        _attributeFiles = attributes.Count;
        Tasks = [.. attributes.Concat(documents).Select((path, index) => new ShardTask
        {
            Inputs = [path],
            Outputs = quarantines
                ? [Path.Combine(parts, $"{index:D6}.json"), Path.Combine(config.Report!, ".quarantine", $"{index:D6}-{Path.GetFileName(path)}.jsonl")]
                : [Path.Combine(parts, $"{index:D6}.json")],
        })];
    }

    /// <summary>A task for each attribute file, then one for each document file.</summary>
    public IReadOnlyList<ShardTask> Tasks { get; }

    /// <summary>What decides the summaries besides the files, for <see cref="ShardJob"/>.</summary>
    public string Settings => $"{Version}\n{_config.Bins}\n{_config.Regex}\n{_quarantines}\n{_attributeFiles}";

    /// <summary>Measures one file.</summary>
    /// <param name="work">One of <see cref="Tasks"/>.</param>
    /// <exception cref="DataException">The file is damaged, or a line is broken and there is no quarantine.</exception>
    public void Run(ShardWork work)
    {
        var quarantine = _quarantines ? new QuarantineFile(work.Output(1)) : null;
        var result = new StatResult(_config.Bins);
        if (IndexOf(work.Task) < _attributeFiles)
        {
            MeasureAttributes(work, result, quarantine);
        }
        else
        {
            MeasureDocuments(work, result, quarantine);
        }

        result.Write(work.Output(0));
        if (quarantine is not null)
        {
            work.Count("quarantined", quarantine.Count);
        }
    }

    /// <summary>Merges the summaries of all shards, whose tasks must be done.</summary>
    /// <exception cref="DataException">The config's expression excludes every measure.</exception>
    public StatResult Merge()
    {
        var result = new StatResult(_config.Bins);
        foreach (var task in Tasks)
        {
            result.Merge(task.Outputs[0]);
        }

        return result.Summaries.Count > 0 ? result
            : throw new DataException(_names is null
                ? "the files hold nothing to measure: no row has an attribute with spans, and there is no document."
                : $"regex: nothing in these files has a name with \"{_config.Regex}\" in it. Names are ATTRIBUTE/score, ATTRIBUTE/length, documents/bytes, documents/characters, documents/words.");
    }

    private static int IndexOf(ShardTask task) => int.Parse(Path.GetFileNameWithoutExtension(task.Outputs[0]), System.Globalization.CultureInfo.InvariantCulture);

    private bool Wants(string name) => _names is null || _names.IsMatch(name);

    private void MeasureAttributes(ShardWork work, StatResult result, QuarantineFile? quarantine)
    {
        var path = work.Task.Inputs[0];
        using var lines = new DocumentScanner(path);
        var row = new AttributeRow();
        var measures = new Dictionary<string, (ValueSummary? Score, ValueSummary? Length)>(StringComparer.Ordinal);
        var rows = 0L;
        while (lines.TryReadLine(out var line))
        {
            try
            {
                row.Parse(line.Span);
            }
            catch (FormatException error) when (quarantine is not null)
            {
                quarantine.Add(path, lines.LineNumber, error.Message, line.Span);
                continue;
            }
            catch (FormatException error)
            {
                throw lines.At(error);
            }

            foreach (var name in row.Names)
            {
                foreach (var span in row.Spans(name))
                {
                    if (!measures.TryGetValue(name, out var measure))
                    {
                        measures[name] = measure = (Wants(name + "/score") ? result.Of(name + "/score") : null, Wants(name + "/length") ? result.Of(name + "/length") : null);
                    }

                    measure.Score?.Add(span.Score);
                    measure.Length?.Add(span.End - span.Start);
                }
            }

            rows++;
            work.Advance(1);
        }

        work.Count("rows", rows);
    }

    private void MeasureDocuments(ShardWork work, StatResult result, QuarantineFile? quarantine)
    {
        var (bytes, characters, words) = (Measure("documents/bytes"), Measure("documents/characters"), Measure("documents/words"));
        using var reader = new DocumentScanner(work.Task.Inputs[0], quarantine);
        var view = new DocumentView();
        var document = new Taggers.TaggedDocument();
        var count = 0L;
        while (reader.Read(view))
        {
            document.Reset(view);
            bytes?.Add(view.Text.Length);
            characters?.Add(document.CodePoints.Count);
            words?.Add(document.Scan.Words.Length);
            count++;
            work.Advance(1);
        }

        work.Count("documents", count);

        ValueSummary? Measure(string name) => Wants(name) ? result.Of(name) : null;
    }
}
