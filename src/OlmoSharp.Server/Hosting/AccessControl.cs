using System.Net;
using Microsoft.AspNetCore.Http;
using OlmoSharp.Server.Access;
using OlmoSharp.Server.Errors;

namespace OlmoSharp.Server.Hosting;

/// <summary>Lets nobody in who should not be.</summary>
/// <param name="next">What comes after.</param>
/// <param name="keys">The server's keys.</param>
/// <param name="isLoopback">Whether the server listens to this machine only.</param>
internal sealed class AccessControl(RequestDelegate next, ApiKeys keys, bool isLoopback)
{
    /// <summary>Serves a request.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        // A page of any site may let its own name point to 127.0.0.1; the browser then takes this server for the page's own (DNS rebinding).
        if (isLoopback && !keys.AreRequired && !IsAddress(context.Request.Host.Host))
        {
            throw ApiException.ForeignHost();
        }

        if (context.GetEndpoint()?.Metadata.GetMetadata<PublicRoute>() is null)
        {
            keys.Check(context.Request.Headers.Authorization);
        }

        return next(context);
    }

    private static bool IsAddress(string host) => host.Length == 0 || host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(host.Trim('[', ']'), out _);
}
