using System.Text.Json;

namespace OlmoSharp.Analysis.Metrics;

/// <summary>
/// Reads <c>metrics.jsonl</c>: a JSON object a line with <c>step</c>, perhaps <c>tokens</c>, and numbers by metric name, such as
/// <c>{"step":10,"tokens":81920,"train/loss":8.1,"heldout/base_library/bits_per_byte":2.9}</c>. <c>"NaN"</c>, <c>"Infinity"</c> and
/// <c>"-Infinity"</c> stand for what JSON numbers cannot say.
/// </summary>
/// <remarks>
/// A resumed run goes on from its checkpoint: a line whose step is below the line before takes back every point from its step on, and a metric that is
/// written again for the same step replaces the earlier value.
/// </remarks>
public static class MetricsReader
{
    /// <summary>Reads a file of metrics.</summary>
    /// <exception cref="AnalysisException">The file cannot be read, or a line of it is broken. Only a last line without a line feed may be cut short.</exception>
    public static RunMetrics Read(string path)
    {
        byte[] bytes;
        try
        {
            // A run that still writes keeps the file open.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            bytes = new byte[file.Length];
            file.ReadExactly(bytes);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new AnalysisException($"{path}: no such file; give the folder of a run that has logged at least one step", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AnalysisException($"{path}: the metrics cannot be read: {e.Message}", e);
        }

        return Parse(bytes, path);
    }

    /// <summary>Reads metrics from the bytes of a file.</summary>
    /// <param name="lines">UTF-8 text.</param>
    /// <param name="source">What to call it in messages.</param>
    /// <exception cref="AnalysisException">A line is broken. Only a last line without a line feed may be cut short.</exception>
    public static RunMetrics Parse(ReadOnlySpan<byte> lines, string source)
    {
        var series = new SortedDictionary<string, List<MetricPoint>>(StringComparer.Ordinal);
        var isTorn = false;
        var previous = long.MinValue;
        for (var number = 1; !lines.IsEmpty; number++)
        {
            var length = lines.IndexOf((byte)'\n');
            var line = length < 0 ? lines : lines[..length];
            lines = length < 0 ? [] : lines[(length + 1)..];
            try
            {
                var (step, tokens, values) = ParseLine(line);
                if (step < previous)
                {
                    TakeBack(series.Values, step);
                }

                previous = step;
                Add(series, step, tokens, values);
            }
            catch (JsonException) when (length < 0)
            {
                isTorn = true;
            }
            catch (Exception e) when (e is JsonException or FormatException)
            {
                throw new AnalysisException($"{source}:{number}: {(e is FormatException ? e.Message : "not a whole JSON object")}; remove or repair the line", e);
            }
        }

        return new RunMetrics(
            new SortedDictionary<string, IReadOnlyList<MetricPoint>>(
                series.Where(pair => pair.Value.Count > 0).ToDictionary(pair => pair.Key, pair => (IReadOnlyList<MetricPoint>)pair.Value), StringComparer.Ordinal),
            isTorn);
    }

    private static (long Step, long? Tokens, List<(string Metric, double Value)> Values) ParseLine(ReadOnlySpan<byte> line)
    {
        var json = new Utf8JsonReader(line);
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException();
        }

        long? step = null;
        long? tokens = null;
        var values = new List<(string, double)>();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            json.Read();
            switch (name)
            {
                case "step":
                    step = Count(ref json, name);
                    break;
                case "tokens":
                    tokens = Count(ref json, name);
                    break;
                default:
                    values.Add((name, Value(ref json, name)));
                    break;
            }
        }

        // Reading on past the end of the object throws on anything but white space.
        json.Read();
        return (step ?? throw new FormatException("the line has no 'step'"), tokens, values);
    }

    private static long Count(ref Utf8JsonReader json, string name) =>
        json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var count) && count >= 0
            ? count
            : throw new FormatException($"'{name}' is not a whole number from 0 up");

    private static double Value(ref Utf8JsonReader json, string name) => json.TokenType switch
    {
        JsonTokenType.Number => json.GetDouble(),
        JsonTokenType.String when json.ValueTextEquals("NaN") => double.NaN,
        JsonTokenType.String when json.ValueTextEquals("Infinity") => double.PositiveInfinity,
        JsonTokenType.String when json.ValueTextEquals("-Infinity") => double.NegativeInfinity,
        _ => throw new FormatException($"'{name}' is not a number"),
    };

    private static void TakeBack(IEnumerable<List<MetricPoint>> series, long step)
    {
        foreach (var points in series)
        {
            points.RemoveAll(point => point.Step >= step);
        }
    }

    private static void Add(SortedDictionary<string, List<MetricPoint>> series, long step, long? tokens, List<(string Metric, double Value)> values)
    {
        foreach (var (metric, value) in values)
        {
            if (!series.TryGetValue(metric, out var points))
            {
                series[metric] = points = [];
            }

            if (points.Count > 0 && points[^1].Step == step)
            {
                points.RemoveAt(points.Count - 1);
            }

            points.Add(new MetricPoint(step, tokens, value));
        }
    }
}
