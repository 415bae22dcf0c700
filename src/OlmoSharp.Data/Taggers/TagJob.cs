using System.Text.Json;
using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Jobs;

namespace OlmoSharp.Data.Taggers;

/// <summary>Runs taggers over document files, all of them in one pass, and writes an attribute file for each document file.</summary>
/// <param name="taggers">The taggers.</param>
/// <param name="experiment">The experiment's name; null: each tagger's attributes carry its own name instead.</param>
public sealed class TagJob(IReadOnlyList<ConfiguredTagger> taggers, string? experiment)
{
    // Changes when the same tagger may say something else of the same document.
    private const int Version = 1;

    /// <summary>Whether a line that is no document goes to a quarantine file (the task's second output) instead of stopping the job.</summary>
    public bool Quarantine { get; init; }

    /// <summary>What decides the attributes, for <see cref="ShardJob"/>.</summary>
    public string Settings => $"{Version}\n{experiment}\n{string.Join(',', taggers.Select(tagger => tagger.Settings))}\n{Quarantine}";

    /// <summary>Tags one document file: <see cref="ShardTask.Inputs"/>[0] to <see cref="ShardTask.Outputs"/>[0].</summary>
    /// <param name="work">Where to read, write and count.</param>
    public void Run(ShardWork work)
    {
        var attributes = taggers.Select(tagger => new TaggerOutput(tagger, experiment ?? tagger.Name)).ToArray();
        var quarantine = Quarantine ? new QuarantineFile(work.Output(1)) : null;
        using var reader = new DocumentScanner(work.Task.Inputs[0], quarantine);
        using var writer = new AttributeWriter(work.Output(0));
        var view = new DocumentView();
        var document = new TaggedDocument();
        work.Count("documents", 0);
        while (reader.Read(view))
        {
            document.Reset(view);
            writer.BeginRow(view);
            foreach (var output in attributes)
            {
                output.Write(document, writer);
            }

            writer.EndRow(view);
            work.Count("documents");
            work.Count("bytes", document.Text.Length);
            work.Advance(1);
        }

        if (quarantine is not null)
        {
            work.Count("quarantined", quarantine.Count);
        }
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

        public void Write(TaggedDocument document, AttributeWriter writer)
        {
            _spans.Reset(document);
            _tagger.Tag(document, _spans);
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
