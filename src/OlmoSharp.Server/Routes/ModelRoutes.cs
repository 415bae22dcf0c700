using Microsoft.AspNetCore.Http;
using OlmoSharp.Server.Hosting;
using OlmoSharp.Server.Responses;

namespace OlmoSharp.Server.Routes;

/// <summary><c>GET /v1/models</c> and <c>GET /v1/models/{model}</c>.</summary>
/// <param name="model">What is served.</param>
internal sealed class ModelRoutes(ServedModel model)
{
    /// <summary>Lists the models.</summary>
    public Task ListAsync(HttpContext context) =>
        JsonBody.WriteAsync(context.Response, new([.. model.Names.Select(Card)]), ResponseJson.Default.ModelList);

    /// <summary>Shows one.</summary>
    public Task ShowAsync(HttpContext context)
    {
        var name = (string)context.Request.RouteValues["model"]!;
        model.CheckName(name);
        return JsonBody.WriteAsync(context.Response, Card(name), ResponseJson.Default.ModelCard);
    }

    private ModelCard Card(string name) => new(name, model.Created, model.Context);
}
