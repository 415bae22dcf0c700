using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using OlmoSharp.Server.Hosting;
using OlmoSharp.Server.Metrics;

namespace OlmoSharp.Server.Routes;

/// <summary><c>GET /metrics</c>: what the server does and has done, for Prometheus.</summary>
/// <param name="model">What is served.</param>
/// <param name="requests">What became of requests.</param>
internal sealed class MetricsRoute(ServedModel model, RequestMetrics requests)
{
    /// <summary>Answers a request.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        context.Response.ContentType = PrometheusText.MediaType;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsync(Write(), context.RequestAborted);
    }

    private string Write()
    {
        var text = new PrometheusText();
        var statistics = model.Statistics;
        text.Counters("olmo_http_requests_total", "HTTP requests by route and status code; 499: the client went away.", requests.Counts.Select(
            count => (new[] { ("route", count.Route), ("code", $"{count.Code}") }, (double)count.Count)));
        text.Histograms("olmo_http_request_duration_seconds", "Time from a request to the end of its response.", requests.Times.Select(
            time => (new[] { ("route", time.Route) }, time.Time.Read())));
        text.Gauge("olmo_http_requests_open", "HTTP requests that are being answered.", requests.Open);

        text.Gauge("olmo_texts_running", "Texts, scorings and embeddings that share the engine's passes.", statistics.Running);
        text.Gauge("olmo_texts_paused", "Texts that have begun but wait for memory or for their reader.", statistics.Paused);
        text.Gauge("olmo_requests_waiting", "Requests to the model that wait for their first turn.", statistics.Waiting);
        text.Gauge("olmo_cache_positions", "Positions that the key-value cache has room for.", statistics.Positions);
        text.Gauge("olmo_cache_positions_free", "Positions that nothing holds.", statistics.FreePositions);
        text.Gauge("olmo_cache_positions_prefix", "Tokens kept for prompts that begin like earlier ones.", statistics.CachedPositions);

        text.Counter("olmo_prompt_tokens_total", "Tokens of prompts.", statistics.PromptTokens);
        text.Counter("olmo_prompt_tokens_cached_total", "Tokens of prompts that were not computed again.", statistics.CachedPromptTokens);
        text.Counter("olmo_generated_tokens_total", "Tokens generated.", statistics.GeneratedTokens);
        text.Counter("olmo_scored_tokens_total", "Tokens computed for log-probabilities of prompts and for embeddings.", statistics.ScoredTokens);
        text.Counters("olmo_model_requests_total", "Requests to the model by what became of them.",
        [
            ([("outcome", "finished")], statistics.Finished),
            ([("outcome", "cancelled")], statistics.Cancelled),
            ([("outcome", "failed")], statistics.Failed),
            ([("outcome", "rejected")], statistics.Rejected),
        ]);
        text.Counter("olmo_preemptions_total", "How often a running text gave up its cache to another.", statistics.Preemptions);
        text.Counter("olmo_engine_passes_total", "Passes over the model's weights.", statistics.Passes);
        text.Histograms("olmo_time_to_first_token_seconds", "Time from a request to its first token.", [([], statistics.TimeToFirstToken)]);
        text.Histograms("olmo_inter_token_seconds", "Time from a token of a text to its next.", [([], statistics.InterTokenTime)]);

        using var process = Process.GetCurrentProcess();
        text.Gauge("process_resident_memory_bytes", "Memory of the process, mapped weights included.", process.WorkingSet64);
        text.Gauge("process_start_time_seconds", "When the process started, in seconds since 1970.", new DateTimeOffset(process.StartTime.ToUniversalTime()).ToUnixTimeMilliseconds() / 1000.0);
        return text.ToString();
    }
}
