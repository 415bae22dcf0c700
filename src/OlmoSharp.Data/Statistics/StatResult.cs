using System.Text.Json;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Data.Statistics;

/// <summary>The summaries of a job's measures, by their names in ordinal order.</summary>
public sealed class StatResult
{
    private readonly int _mostValues;
    private readonly SortedDictionary<string, ValueSummary> _summaries = new(StringComparer.Ordinal);

    internal StatResult(int mostValues) => _mostValues = mostValues;

    /// <summary>The summaries: <c>ATTRIBUTE/score</c>, <c>ATTRIBUTE/length</c> (of spans, in code points), <c>documents/bytes</c>, <c>documents/characters</c>, <c>documents/words</c>.</summary>
    public IReadOnlyDictionary<string, ValueSummary> Summaries => _summaries;

    /// <summary>Writes all summaries with their values as JSON.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Write(Stream output)
    {
        using var json = new Utf8JsonWriter(output, DocumentJson.WriterOptions);
        json.WriteStartObject();
        foreach (var (name, summary) in _summaries.Where(pair => pair.Value.Count > 0))
        {
            json.WritePropertyName(name);
            summary.Write(json);
        }

        json.WriteEndObject();
    }

    internal ValueSummary Of(string name)
    {
        if (!_summaries.TryGetValue(name, out var summary))
        {
            _summaries[name] = summary = new ValueSummary(_mostValues);
        }

        return summary;
    }

    internal void Merge(string path)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(path));
        foreach (var measure in json.RootElement.EnumerateObject())
        {
            Of(measure.Name).Merge(ValueSummary.Read(measure.Value, _mostValues));
        }
    }
}
