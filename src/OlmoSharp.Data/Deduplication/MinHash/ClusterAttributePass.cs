using System.Text.Json;
using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Deduplication.Keys;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Jobs;
using OlmoSharp.Data.Texts;

namespace OlmoSharp.Data.Deduplication.MinHash;

/// <summary>
/// The attributes of documents in clusters of near-duplicates: a span over the text of every document but the one that is kept, and as <c>NAME_cluster_size</c> over that of each of them how many
/// documents the cluster has.
/// </summary>
/// <param name="attribute">The attribute's name.</param>
/// <param name="work">The task.</param>
/// <param name="shard">The shard's number.</param>
/// <param name="outline">What the first pass noted of the file.</param>
/// <param name="members">The documents in clusters, in order.</param>
/// <param name="audit">Where duplicates are written down, or null.</param>
/// <param name="quarantine">Where lines go that are no documents, or null.</param>
internal sealed class ClusterAttributePass(string attribute, ShardWork work, int shard, OutlineReader outline, ClusterMember[] members, DedupeAudit? audit, QuarantineFile? quarantine)
    : AttributePass(attribute, work, audit, quarantine)
{
    private readonly JsonEncodedText _sizeName = JsonEncodedText.Encode($"{attribute}_cluster_size");
    private readonly long[] _kinds = new long[Enum.GetValues<KeyKind>().Length];
    private AttributeSpan? _size;
    private uint _document;
    private int _next;
    private (long Count, long Bytes) _removed;

    protected override bool IsAtEnd => outline.IsAtEnd;

    protected override void Find(DocumentView view)
    {
        var kind = outline.Kind();
        _kinds[(int)kind]++;
        for (var count = outline.Count(kind); count > 0; count--)
        {
            outline.Cell();
        }

        _size = null;
        if (_next < members.Length && members[_next].Document == _document)
        {
            var member = members[_next++];
            var length = CodePoints.CountIn(view.Text);
            _size = new AttributeSpan(0, length, member.Size);
            if (member.Kept != new Resolution.KeyOrigin((uint)shard, _document))
            {
                var span = new AttributeSpan(0, length, 1);
                Spans.Add(span);
                _removed = (_removed.Count + 1, _removed.Bytes + view.Text.Length);
                Audit?.Add(view, span, view.Text, member.Kept);
            }
        }

        _document++;
    }

    protected override void WriteMore(DocumentView view, AttributeWriter writer) =>
        writer.Write(_sizeName, _size is { } size ? new ReadOnlySpan<AttributeSpan>(in size) : []);

    protected override void Count()
    {
        Work.Count("duplicate_documents", _removed.Count);
        Work.Count("duplicate_document_bytes", _removed.Bytes);
        Work.Count("clusters", members.Length - _removed.Count);
        CountPassedOver(_kinds);
    }
}
