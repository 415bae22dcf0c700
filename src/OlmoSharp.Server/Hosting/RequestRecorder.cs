using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OlmoSharp.Server.Metrics;

namespace OlmoSharp.Server.Hosting;

/// <summary>Names every request and notes how it ended and how long it took.</summary>
/// <param name="next">What comes after.</param>
/// <param name="metrics">Where it is noted.</param>
internal sealed class RequestRecorder(RequestDelegate next, RequestMetrics metrics)
{
    /// <summary>What is noted as the code of a request whose client was gone before its answer.</summary>
    public const int ClientClosedRequest = 499;

    /// <summary>Serves a request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        var start = Stopwatch.GetTimestamp();
        context.Response.Headers["x-request-id"] = $"req_{Guid.NewGuid():n}";
        metrics.Begin();
        try
        {
            await next(context);
        }
        finally
        {
            var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "other";
            var code = context.RequestAborted.IsCancellationRequested ? ClientClosedRequest : context.Response.StatusCode;
            metrics.End(route, code, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
    }
}
