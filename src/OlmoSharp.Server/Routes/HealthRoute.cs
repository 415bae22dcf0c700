using Microsoft.AspNetCore.Http;
using OlmoSharp.Server.Hosting;
using OlmoSharp.Server.Responses;

namespace OlmoSharp.Server.Routes;

/// <summary><c>GET /health</c>: whether the server takes requests.</summary>
/// <param name="gate">Knows.</param>
internal sealed class HealthRoute(WorkGate gate)
{
    /// <summary>Answers a request.</summary>
    public Task AnswerAsync(HttpContext context) => gate.IsClosed
        ? JsonBody.WriteAsync(context.Response, new("draining"), ResponseJson.Default.HealthResponse, StatusCodes.Status503ServiceUnavailable)
        : JsonBody.WriteAsync(context.Response, new("ok"), ResponseJson.Default.HealthResponse);
}
