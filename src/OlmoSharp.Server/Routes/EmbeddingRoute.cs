using Microsoft.AspNetCore.Http;
using OlmoSharp.Server.Hosting;
using OlmoSharp.Server.Requests;
using OlmoSharp.Server.Responses;

namespace OlmoSharp.Server.Routes;

/// <summary><c>POST /v1/embeddings</c>.</summary>
/// <param name="model">What is served.</param>
internal sealed class EmbeddingRoute(ServedModel model) : IWorkRoute
{
    /// <inheritdoc/>
    public async Task AnswerAsync(HttpContext context, WorkPermit permit)
    {
        var cancellation = permit.Token;
        EmbeddingRequest request;
        using (var body = await RequestBody.ReadAsync(context.Request, permit))
        {
            request = EmbeddingRequest.Read(body.Parameters, model);
        }

        var embeddings = await model.EmbedAsync(request.Inputs, cancellation);
        var tokens = request.Inputs.Sum(input => input.Ids.Length);
        await JsonBody.WriteAsync(
            context.Response,
            new([.. embeddings.Select((embedding, index) => new EmbeddingItem(index, new(embedding, request.IsBase64)))], model.Name, new(tokens, tokens)),
            ResponseJson.Default.EmbeddingList);
    }
}
