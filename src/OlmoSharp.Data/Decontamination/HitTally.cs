using System.Text.Json;

namespace OlmoSharp.Data.Decontamination;

/// <summary>Counts the rows of a report for one evaluation set.</summary>
internal sealed class HitTally
{
    private const int Examples = 3;
    private readonly HashSet<string> _items = new(StringComparer.Ordinal);
    private readonly List<HitExample> _examples = [];
    private string? _document;

    public long Hits { get; private set; }

    public long Documents { get; private set; }

    public int Items => _items.Count;

    public IReadOnlyList<HitExample> First => _examples;

    /// <summary>Adds a row. Rows of a document come one after the other.</summary>
    public void Add(JsonElement row)
    {
        var document = row.GetProperty("document").GetString()!;
        Hits++;
        Documents += document == _document ? 0 : 1;
        _document = document;
        if (_items.Add(row.GetProperty("item_place").GetString()!) && _examples.Count < Examples)
        {
            _examples.Add(new HitExample(row.GetProperty("item").GetString()!, document, row.GetProperty("score").GetDouble(), row.GetProperty("question").GetString()!, row.GetProperty("text").GetString()!));
        }
    }
}
