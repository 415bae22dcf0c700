using System.Globalization;
using System.Text.Json;
using OlmoSharp.Analysis.Reports;
using OlmoSharp.Cli.Display;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Mixing;

namespace OlmoSharp.Cli.Quickstart;

/// <summary>What curation kept and removed.</summary>
/// <param name="Sources">What was kept of each source.</param>
/// <param name="Removals">What was removed, and by what.</param>
internal sealed record QuickstartCuration(IReadOnlyList<QuickstartCuration.SourceRow> Sources, IReadOnlyList<QuickstartCuration.RemovalRow> Removals)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    /// <summary>Puts together what the steps say.</summary>
    /// <param name="raw">The folder of the collected documents.</param>
    /// <param name="kept">The files of those that are left.</param>
    /// <param name="documents">What the mix without junk and copies did.</param>
    /// <param name="paragraphs">What the mix without repeated paragraphs did.</param>
    public static QuickstartCuration Of(string raw, IReadOnlyList<DocumentShard> kept, MixStreamResult documents, MixStreamResult paragraphs)
    {
        var collected = new SortedDictionary<string, (long Documents, long Bytes)>(StringComparer.Ordinal);
        foreach (var file in DocumentFolder.Files(raw))
        {
            using var scanner = new DocumentScanner(file);
            var view = new DocumentView();
            while (scanner.Read(view))
            {
                var (count, bytes) = collected.GetValueOrDefault(view.SourceName);
                collected[view.SourceName] = (count + 1, bytes + view.Text.Length);
            }
        }

        var left = kept.ToLookup(shard => shard.Source);
        return new(
            [.. collected.Select(source => new SourceRow(
                source.Key, source.Value.Documents, left[source.Key].Sum(shard => shard.Documents), source.Value.Bytes, left[source.Key].Sum(shard => shard.TextBytes)))],
            [
                .. documents.ExcludedBy.Select(filter => new RemovalRow(filter.Filter, filter.Documents, null)),
                new("repeated paragraphs", null, paragraphs.Replaced),
                new("too short without them", paragraphs.TooShort, null),
            ]);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static QuickstartCuration Load(string path) => JsonSerializer.Deserialize<QuickstartCuration>(File.ReadAllBytes(path), Json)!;

    /// <summary>Writes it to a file.</summary>
    public void Save(string path) => AtomicFile.WriteAllText(path, JsonSerializer.Serialize(this, Json));

    /// <summary>Writes both tables.</summary>
    public void Write(Terminal terminal)
    {
        var sources = new ResultTable(
            new("source"), new("documents", IsNumber: true), new("kept", IsNumber: true), new("MB", IsNumber: true), new("MB kept", IsNumber: true), new("share", IsNumber: true));
        foreach (var source in Sources)
        {
            sources.Add(source.Source, source.Documents, source.KeptDocuments, Megabytes(source.Bytes), Megabytes(source.KeptBytes), Share(source));
        }

        var removals = new ResultTable(new("removed by"), new("documents", IsNumber: true), new("paragraphs", IsNumber: true));
        foreach (var removal in Removals)
        {
            removals.Add(removal.By, removal.Documents, removal.Paragraphs);
        }

        sources.Write(terminal, asJson: false);
        terminal.Output.WriteLine();
        removals.Write(terminal, asJson: false);
    }

    /// <summary>Both tables for the report.</summary>
    public List<ReportBlock> Tables() =>
    [
        new ReportTable
        {
            Title = "What curation kept",
            Columns = [new("source"), new("documents", Format: "#,0"), new("kept", Format: "#,0"), new("MB", Format: "0.00"), new("MB kept", Format: "0.00"), new("share")],
            Rows = [.. Sources.Select(source => (IReadOnlyList<ReportCell>)
                [source.Source, source.Documents, source.KeptDocuments, source.Bytes / 1e6, source.KeptBytes / 1e6, Share(source)])],
        },
        new ReportTable
        {
            Title = "What it removed",
            Description = "By the filters and steps of recipes/quickstart; a document counts where it is first removed.",
            Columns = [new("removed by"), new("documents", Format: "#,0"), new("paragraphs", Format: "#,0")],
            Rows = [.. Removals.Select(removal => (IReadOnlyList<ReportCell>)
                [removal.By, removal.Documents is { } documents ? (ReportCell)documents : default, removal.Paragraphs is { } paragraphs ? (ReportCell)paragraphs : default])],
        },
    ];

    private static string Megabytes(long bytes) => (bytes / 1e6).ToString("0.00", CultureInfo.InvariantCulture);

    private static string Share(SourceRow source) => ((double)source.KeptBytes / Math.Max(1, source.Bytes)).ToString("0 %", CultureInfo.InvariantCulture);

    /// <summary>A source.</summary>
    /// <param name="Source">Its name.</param>
    /// <param name="Documents">Documents collected.</param>
    /// <param name="KeptDocuments">Documents kept.</param>
    /// <param name="Bytes">Bytes of text collected.</param>
    /// <param name="KeptBytes">Bytes of text kept.</param>
    internal sealed record SourceRow(string Source, long Documents, long KeptDocuments, long Bytes, long KeptBytes);

    /// <summary>A reason.</summary>
    /// <param name="By">The filter or step.</param>
    /// <param name="Documents">Documents it removed.</param>
    /// <param name="Paragraphs">Paragraphs it removed.</param>
    internal sealed record RemovalRow(string By, long? Documents, long? Paragraphs);
}
