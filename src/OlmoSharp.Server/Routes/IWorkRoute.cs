using Microsoft.AspNetCore.Http;
using OlmoSharp.Server.Hosting;

namespace OlmoSharp.Server.Routes;

/// <summary>Answers requests that use the model or its tokenizer.</summary>
internal interface IWorkRoute
{
    /// <summary>Answers a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="permit">What it may use.</param>
    Task AnswerAsync(HttpContext context, WorkPermit permit);
}
