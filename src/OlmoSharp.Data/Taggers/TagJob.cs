using System.Diagnostics;
using System.Text.Json;
using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Jobs;

namespace OlmoSharp.Data.Taggers;

/// <summary>Runs taggers over document files, all of them in one pass over the text, and writes attribute files for each document file.</summary>
public sealed class TagJob
{
    // Changes when the same tagger may say something else of the same document.
    private const int Version = 2;

    private readonly IReadOnlyList<ConfiguredTagger> _taggers;
    private readonly string? _experiment;
    private readonly bool _isSplit;
    private readonly bool _quarantines;

    /// <summary>Makes the job that a config asks for.</summary>
    /// <param name="config">The config.</param>
    /// <param name="catalog">The taggers there are.</param>
    /// <param name="quarantines">Whether a line that is no document goes to a file in <c>.quarantine/</c> instead of stopping the job.</param>
    /// <exception cref="DataException">A tagger or the documents are not there.</exception>
    /// <exception cref="Configuration.ConfigException">A tagger's parameters are wrong.</exception>
    public TagJob(TagConfig config, TaggerCatalog catalog, bool quarantines = false)
    {
        _taggers = [.. config.Taggers.Select(catalog.Configure)];
        if (_taggers.GroupBy(tagger => tagger.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new DataException($"tagger {twice.Key}: is there twice. Remove one, or give it another name with 'as', as in {{name: {twice.Key}, as: OTHER}}.");
        }

        var layout = new TagLayout(config, _taggers, quarantines);
        _experiment = config.Experiment;
        _isSplit = layout.IsSplit;
        _quarantines = quarantines;
        Tasks = layout.Tasks();
        Profile = config.Profile.Enable ? new TagProfile(_taggers) : null;
    }

    /// <summary>A task for each document file.</summary>
    public IReadOnlyList<ShardTask> Tasks { get; }

    /// <summary>The times of the taggers, if the config asks for them.</summary>
    public TagProfile? Profile { get; }

    /// <summary>What decides the attributes besides the documents, for <see cref="ShardJob"/>.</summary>
    public string Settings => $"{Version}\n{_experiment}\n{_isSplit}\n{_quarantines}\n{string.Join('\n', _taggers.Select(tagger => tagger.Settings))}";

    /// <summary>Tags one document file.</summary>
    /// <param name="work">One of <see cref="Tasks"/>.</param>
    /// <exception cref="DataException">The documents are damaged, or a line is none and there is no quarantine.</exception>
    public void Run(ShardWork work)
    {
        var taggers = _taggers.Select(tagger => new TaggerOutput(tagger, _experiment ?? tagger.Name)).ToArray();
        var quarantine = _quarantines ? new QuarantineFile(work.Output(work.Task.Outputs.Count - 1)) : null;
        using var reader = new DocumentScanner(work.Task.Inputs[0], quarantine);
        var writers = Enumerable.Range(0, _isSplit ? taggers.Length : 1).Select(output => new AttributeWriter(work.Output(output))).ToArray();
        try
        {
            Run(work, reader, taggers, writers);
        }
        finally
        {
            foreach (var writer in writers)
            {
                writer.Dispose();
            }
        }

        if (quarantine is not null)
        {
            work.Count("quarantined", quarantine.Count);
        }
    }

    private void Run(ShardWork work, DocumentScanner reader, TaggerOutput[] taggers, AttributeWriter[] writers)
    {
        var view = new DocumentView();
        var document = new TaggedDocument();
        var (documents, bytes) = (0L, 0L);
        while (reader.Read(view))
        {
            document.Reset(view);
            for (var i = 0; i < taggers.Length; i++)
            {
                var writer = writers[_isSplit ? i : 0];
                if (_isSplit || i == 0)
                {
                    writer.BeginRow(view);
                }

                var start = Profile is null ? 0 : Stopwatch.GetTimestamp();
                try
                {
                    taggers[i].Tag(document);
                }
                catch (FormatException error)
                {
                    throw reader.At(new FormatException($"tagger {_taggers[i].Name}: {error.Message}", error));
                }

                Profile?.Add(i, Stopwatch.GetTimestamp() - start);
                taggers[i].Write(writer);
                if (_isSplit || i == taggers.Length - 1)
                {
                    writer.EndRow(view);
                }
            }

            documents++;
            bytes += document.Text.Length;
            work.Advance(1);
        }

        work.Count("documents", documents);
        work.Count("bytes", bytes);
    }

    private sealed class TaggerOutput
    {
        private readonly ITagger _tagger;
        private readonly TagSpans _spans;
        private readonly JsonEncodedText[] _names;

        public TaggerOutput(ConfiguredTagger tagger, string experiment)
        {
            _tagger = tagger.Make();
            _spans = new TagSpans(_tagger.Types.Count);
            _names = [.. _tagger.Types.Select(type => JsonEncodedText.Encode(AttributeName.Join(experiment, tagger.Name, type)))];
        }

        public void Tag(TaggedDocument document)
        {
            _spans.Reset(document);
            _tagger.Tag(document, _spans);
        }

        public void Write(AttributeWriter writer)
        {
            for (var type = 0; type < _names.Length; type++)
            {
                var spans = _spans.Of(type);
                if (spans.Length > 0)
                {
                    writer.Write(_names[type], spans);
                }
            }
        }
    }
}
