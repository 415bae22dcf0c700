using System.Globalization;
using System.Text;
using OlmoSharp.Inference.Scheduling;

namespace OlmoSharp.Server.Metrics;

/// <summary>Writes metrics in Prometheus' text format 0.0.4 (<see href="https://prometheus.io/docs/instrumenting/exposition_formats/"/>).</summary>
internal sealed class PrometheusText
{
    /// <summary>The media type.</summary>
    public const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();

    /// <summary>A number that goes up and down.</summary>
    public void Gauge(string name, string help, double value)
    {
        Head(name, help, "gauge");
        Sample(name, [], value);
    }

    /// <summary>A number that only goes up.</summary>
    public void Counter(string name, string help, double value)
    {
        Head(name, help, "counter");
        Sample(name, [], value);
    }

    /// <summary>Numbers that only go up.</summary>
    public void Counters(string name, string help, IEnumerable<((string Name, string Value)[] Labels, double Value)> values)
    {
        Head(name, help, "counter");
        foreach (var (labels, value) in values)
        {
            Sample(name, labels, value);
        }
    }

    /// <summary>Histograms.</summary>
    public void Histograms(string name, string help, IEnumerable<((string Name, string Value)[] Labels, LatencyHistogram Value)> values)
    {
        Head(name, help, "histogram");
        foreach (var (labels, histogram) in values)
        {
            for (var i = 0; i < histogram.Bounds.Count; i++)
            {
                Sample($"{name}_bucket", [.. labels, ("le", Number(histogram.Bounds[i]))], histogram.Counts[i]);
            }

            Sample($"{name}_bucket", [.. labels, ("le", "+Inf")], histogram.Count);
            Sample($"{name}_sum", labels, histogram.Sum);
            Sample($"{name}_count", labels, histogram.Count);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);

    private void Head(string name, string help, string type) => _text.Append($"# HELP {name} {help}\n# TYPE {name} {type}\n");

    private void Sample(string name, (string Name, string Value)[] labels, double value)
    {
        _text.Append(name);
        for (var i = 0; i < labels.Length; i++)
        {
            var escaped = labels[i].Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
            _text.Append(i == 0 ? '{' : ',').Append(labels[i].Name).Append("=\"").Append(escaped).Append('"');
        }

        _text.Append(labels.Length > 0 ? "} " : " ").Append(Number(value)).Append('\n');
    }
}
