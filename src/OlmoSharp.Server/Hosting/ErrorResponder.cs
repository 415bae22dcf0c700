using Microsoft.AspNetCore.Http;
using OlmoSharp.Inference.Scheduling;
using OlmoSharp.Server.Errors;
using OlmoSharp.Server.Responses;
using OlmoSharp.Server.Streaming;

namespace OlmoSharp.Server.Hosting;

/// <summary>Makes every failure an error of OpenAI's API: the whole response, or the last event of a stream that has begun.</summary>
/// <param name="next">What comes after.</param>
/// <param name="log">Takes lines about failures of the server itself.</param>
internal sealed class ErrorResponder(RequestDelegate next, Action<string>? log)
{
    /// <summary>Serves a request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (!context.Response.HasStarted && Describe(context) is { } error)
            {
                await WriteAsync(context.Response, error);
            }
        }
        catch (Exception exception)
        {
            await AnswerAsync(context, exception);
        }
    }

    /// <summary>What routing says by a status code alone.</summary>
    private static ApiException? Describe(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => ApiException.NotFound($"There is no '{context.Request.Method} {Shorten(context)}' here; see docs/server.md for what there is.", "unknown_url"),
        StatusCodes.Status405MethodNotAllowed => ApiException.MethodNotAllowed($"'{Shorten(context)}' does not take {context.Request.Method}, but {context.Response.Headers.Allow}."),
        _ => null,
    };

    private static string Shorten(HttpContext context) => Requests.Parameters.Shorten(context.Request.Path.Value ?? "");

    private static async Task WriteAsync(HttpResponse response, ApiException error)
    {
        if (error.RetryAfter is { } seconds)
        {
            response.Headers.RetryAfter = $"{seconds}";
        }

        if (error.IsFinal)
        {
            // OpenAI's clients would repeat what fails with a 5xx code.
            response.Headers["x-should-retry"] = "false";
        }

        if (error.Status is StatusCodes.Status408RequestTimeout or StatusCodes.Status503ServiceUnavailable or StatusCodes.Status504GatewayTimeout)
        {
            // The body may not have come, or the server is about to end: the client is not to use the connection again.
            response.Headers.Connection = "close";
        }

        if (error.Status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        await JsonBody.WriteAsync(response, new(error.Detail), ResponseJson.Default.ErrorResponse, error.Status);
    }

    private async Task AnswerAsync(HttpContext context, Exception exception)
    {
        if (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        var error = Translate(context, exception);
        try
        {
            if (!context.Response.HasStarted)
            {
                await WriteAsync(context.Response, error);
            }
            else if (context.Response.ContentType == ServerSentEvents.MediaType)
            {
                await new ServerSentEvents(context.Response).WriteErrorAsync(error, context.RequestAborted);
            }
            else
            {
                context.Abort();
            }
        }
        catch (OperationCanceledException)
        {
            // The client went while it was told.
        }
    }

    private ApiException Translate(HttpContext context, Exception exception)
    {
        switch (exception)
        {
            case ApiException known:
                return known;
            case QueueFullException full:
                return ApiException.QueueFull($"The server is busy: {full.Message}. Try again later.");
            case OperationCanceledException when context.Features.Get<WorkPermit>()?.Reason is { } reason:
                return reason;
            default:
                log?.Invoke($"{context.Request.Method} {context.Request.Path}: {exception}");
                return ApiException.Internal();
        }
    }
}
