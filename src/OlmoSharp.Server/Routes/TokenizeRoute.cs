using Microsoft.AspNetCore.Http;
using OlmoSharp.Server.Errors;
using OlmoSharp.Server.Hosting;
using OlmoSharp.Server.Requests;
using OlmoSharp.Server.Responses;

namespace OlmoSharp.Server.Routes;

/// <summary><c>POST /tokenize</c>: the tokens that a prompt or messages would be.</summary>
/// <param name="model">What is served.</param>
internal sealed class TokenizeRoute(ServedModel model) : IWorkRoute
{
    /// <inheritdoc/>
    public async Task AnswerAsync(HttpContext context, WorkPermit permit)
    {
        int[] ids;
        bool hasTexts;
        using (var body = await RequestBody.ReadAsync(context.Request, permit))
        {
            (ids, hasTexts) = Read(body.Parameters);
        }

        var texts = hasTexts ? ids.Select(id => TokenText.NameOf(model.Tokenizer, id)).ToArray() : null;
        await JsonBody.WriteAsync(context.Response, new(ids.Length, model.Context, ids, texts), ResponseJson.Default.TokenizeResponse);
    }

    private (int[] Ids, bool HasTexts) Read(Parameters body)
    {
        model.CheckName(body, isRequired: false);
        var hasTexts = body.Flag("return_token_strs");
        if (body.Find("messages") is not null)
        {
            return body.Find("prompt") is null
                ? (model.Encode(MessagesParameter.Read(body)), hasTexts)
                : throw ApiException.Invalid("prompt", "'prompt' and 'messages' exclude each other; give one.");
        }

        var text = body.RequireText("prompt");
        var isDocument = body.Find("add_special_tokens") is null || body.Flag("add_special_tokens");
        return (isDocument ? model.Encode(text) : model.Tokenizer.Encode(text), hasTexts);
    }
}
