using Microsoft.AspNetCore.Http;
using OlmoSharp.Server.Hosting;
using OlmoSharp.Server.Requests;
using OlmoSharp.Server.Responses;

namespace OlmoSharp.Server.Routes;

/// <summary><c>POST /detokenize</c>: the text of tokens, special ones included.</summary>
/// <param name="model">What is served.</param>
internal sealed class DetokenizeRoute(ServedModel model) : IWorkRoute
{
    /// <inheritdoc/>
    public async Task AnswerAsync(HttpContext context, WorkPermit permit)
    {
        int[] ids;
        using (var body = await RequestBody.ReadAsync(context.Request, permit))
        {
            model.CheckName(body.Parameters, isRequired: false);
            ids = PromptParameter.Ids(body.Parameters.Require("tokens"), "tokens", model);
        }

        await JsonBody.WriteAsync(context.Response, new(model.Tokenizer.Decode(ids)), ResponseJson.Default.DetokenizeResponse);
    }
}
