using System.Globalization;
using System.Text.RegularExpressions;
using OlmoSharp.Server.Tests.Serving;
using Xunit;

namespace OlmoSharp.Server.Tests.Hosting;

/// <summary><c>/metrics</c>, read by a strict reader of the text format.</summary>
public sealed partial class MetricsTests(SampleModel sample) : IClassFixture<SampleModel>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_and_tokens_are_counted()
    {
        await using var server = await TestServer.StartAsync(sample);
        var usage = (await server.PostAsync("/v1/completions", new { model = SampleModel.Name, prompt = "Gets", max_tokens = 7, temperature = 0 })).GetProperty("usage");
        using var unknown = await server.Client.GetAsync("/v1/models/none", Cancellation);
        using var nowhere = await server.Client.GetAsync("/nowhere", Cancellation);
        await server.IdleAsync();
        using var response = await server.Client.GetAsync("/metrics", Cancellation);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        var samples = Read(await response.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(1, samples["olmo_http_requests_total{route=\"/v1/completions\",code=\"200\"}"]);
        Assert.Equal(1, samples["olmo_http_requests_total{route=\"/v1/models/{**model}\",code=\"404\"}"]);
        Assert.Equal(1, samples["olmo_http_requests_total{route=\"other\",code=\"404\"}"]);
        Assert.Equal(usage.GetProperty("prompt_tokens").GetDouble(), samples["olmo_prompt_tokens_total"]);
        Assert.Equal(usage.GetProperty("completion_tokens").GetDouble(), samples["olmo_generated_tokens_total"]);
        Assert.Equal(1, samples["olmo_model_requests_total{outcome=\"finished\"}"]);
        Assert.Equal(1, samples["olmo_time_to_first_token_seconds_count"]);
        Assert.Equal(1, samples["olmo_http_request_duration_seconds_count{route=\"/v1/completions\"}"]);
        // The request for the metrics itself.
        Assert.Equal(1, samples["olmo_http_requests_open"]);
        Assert.Equal(0, samples["olmo_texts_running"]);
        Assert.Equal(0, samples["olmo_requests_waiting"]);
        // Whole blocks are taken, of which the text fills a part.
        Assert.InRange(samples["olmo_cache_positions"] - samples["olmo_cache_positions_free"], samples["olmo_cache_positions_prefix"], samples["olmo_cache_positions_prefix"] + 32);
    }

    /// <summary>Reads metrics as the format's description says, and fails on anything else.</summary>
    private static Dictionary<string, double> Read(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        Dictionary<string, double> samples = [];
        var (family, type, buckets) = ("", "", new Dictionary<string, double>());
        HashSet<string> families = [];
        foreach (var line in text[..^1].Split('\n'))
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                family = line.Split(' ', 4)[2];
                Assert.True(families.Add(family), $"{family} is there twice");
                type = "";
            }
            else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                var parts = line.Split(' ');
                Assert.Equal(family, parts[2]);
                Assert.Contains(type = parts[3], new[] { "counter", "gauge", "histogram" });
                Assert.True(type != "counter" || family.EndsWith("_total", StringComparison.Ordinal), family);
            }
            else
            {
                var match = Sample.Match(line);
                Assert.True(match.Success, line);
                var name = match.Groups["name"].Value;
                Assert.Contains(name, type == "histogram" ? [$"{family}_bucket", $"{family}_sum", $"{family}_count"] : new[] { family });
                var value = double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture);
                samples.Add(line[..line.LastIndexOf(' ')], value);
                if (name == $"{family}_bucket" && type == "histogram")
                {
                    // Each bucket holds those below it, and the last holds all.
                    var others = Bound.Replace(match.Groups["labels"].Value, "");
                    Assert.True(value >= buckets.GetValueOrDefault(family + others));
                    buckets[family + others] = value;
                }
                else if (name == $"{family}_count")
                {
                    Assert.Equal(buckets[family + (match.Groups["labels"].Value is { Length: > 0 } labels ? labels + "," : "")], value);
                }
            }
        }

        return samples;
    }

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>[a-zA-Z_]\w*="(\\[\\"n]|[^"\\\n])*"(,[a-zA-Z_]\w*="(\\[\\"n]|[^"\\\n])*")*)\})? (?<value>[-+0-9.eE]+|\+Inf|NaN)$""")]
    private static partial Regex Sample { get; }

    [GeneratedRegex("le=\"[^\"]*\"$")]
    private static partial Regex Bound { get; }
}
