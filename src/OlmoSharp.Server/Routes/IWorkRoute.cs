using Microsoft.AspNetCore.Http;

namespace OlmoSharp.Server.Routes;

/// <summary>Answers requests that use the model or its tokenizer.</summary>
internal interface IWorkRoute
{
    /// <summary>Answers a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="cancellation">Cancelled when the client is gone, the time is over, or the server ends.</param>
    Task AnswerAsync(HttpContext context, CancellationToken cancellation);
}
