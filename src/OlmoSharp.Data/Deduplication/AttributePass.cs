using System.Runtime.InteropServices;
using System.Text.Json;
using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Deduplication.Keys;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Jobs;

namespace OlmoSharp.Data.Deduplication;

/// <summary>The last pass over a document file: writes the attributes (output 0), and the audit and the quarantine if they are asked for.</summary>
/// <param name="attribute">The attribute's name.</param>
/// <param name="work">The task.</param>
/// <param name="audit">Where duplicates are written down, or null.</param>
/// <param name="quarantine">Where lines go that are no documents, or null.</param>
internal abstract class AttributePass(string attribute, ShardWork work, DedupeAudit? audit, QuarantineFile? quarantine)
{
    private readonly JsonEncodedText _name = JsonEncodedText.Encode(attribute);

    /// <summary>The task.</summary>
    protected ShardWork Work => work;

    /// <summary>Where duplicates are written down, or null.</summary>
    protected DedupeAudit? Audit => audit;

    /// <summary>The spans of the document at hand.</summary>
    protected List<AttributeSpan> Spans { get; } = [];

    /// <summary>How many documents have spans so far.</summary>
    protected long Touched { get; private set; }

    public void Run()
    {
        using var reader = new DocumentScanner(work.Task.Inputs[0], quarantine);
        using var writer = new AttributeWriter(work.Output(0));
        var view = new DocumentView();
        var (documents, bytes) = (0L, 0L);
        while (reader.Read(view))
        {
            Spans.Clear();
            Find(view);
            writer.BeginRow(view);
            writer.Write(_name, CollectionsMarshal.AsSpan(Spans));
            WriteMore(view, writer);
            writer.EndRow(view);
            documents++;
            bytes += view.Text.Length;
            Touched += Spans.Count > 0 ? 1 : 0;
            work.Advance(1);
        }

        if (!IsAtEnd)
        {
            throw new DataException($"{work.Task.Inputs[0]}: changed while the job ran: it has fewer documents than before. Run the job again.");
        }

        work.Count("documents", documents);
        work.Count("bytes", bytes);
        Count();
        if (quarantine is not null)
        {
            work.Count("quarantined", quarantine.Count);
        }
    }

    /// <summary>Whether what earlier passes found has all been used.</summary>
    protected abstract bool IsAtEnd { get; }

    /// <summary>Finds the spans of a document.</summary>
    protected abstract void Find(DocumentView view);

    /// <summary>Writes other attributes of the document's row.</summary>
    protected virtual void WriteMore(DocumentView view, AttributeWriter writer)
    {
    }

    /// <summary>Adds to the task's counts when all documents are done.</summary>
    protected abstract void Count();

    /// <summary>Counts what was passed over.</summary>
    /// <param name="kinds">How often each kind came.</param>
    protected void CountPassedOver(ReadOnlySpan<long> kinds)
    {
        foreach (var (kind, name) in new[]
        {
            (KeyKind.Empty, "passed_over_empty"), (KeyKind.TooShort, "passed_over_short"), (KeyKind.TooFewWords, "passed_over_few_words"),
            (KeyKind.TooFewNGrams, "passed_over_few_ngrams"), (KeyKind.OtherPartition, "passed_over_other_partition"), (KeyKind.NoWords, "passed_over_no_words"),
        })
        {
            if (kinds[(int)kind] > 0)
            {
                work.Count(name, kinds[(int)kind]);
            }
        }
    }
}
