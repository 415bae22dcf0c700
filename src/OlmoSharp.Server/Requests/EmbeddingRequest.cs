using OlmoSharp.Server.Errors;
using OlmoSharp.Server.Hosting;

namespace OlmoSharp.Server.Requests;

/// <summary>A request of <c>/v1/embeddings</c>.</summary>
/// <param name="Inputs">What to embed.</param>
/// <param name="IsBase64">How embeddings are written.</param>
internal sealed record EmbeddingRequest(IReadOnlyList<Prompt> Inputs, bool IsBase64)
{
    private const int MostInputs = 2048;
    private const string Key = "input";

    /// <summary>Reads a request.</summary>
    /// <exception cref="ApiException">A parameter is wrong.</exception>
    public static EmbeddingRequest Read(Parameters body, ServedModel model)
    {
        model.CheckName(body, isRequired: true);
        var inputs = PromptParameter.Read(body.Require(Key), Key, MostInputs, model);
        foreach (var input in inputs)
        {
            if (input.Text is "")
            {
                throw ApiException.Invalid(input.Param, $"Invalid '{input.Param}': the string is empty.", "empty_string");
            }

            model.CheckLength(input.Param, input.Ids.Length);
        }

        if (body.Integer("dimensions", 1, int.MaxValue) is { } dimensions && dimensions != model.Dimensions)
        {
            throw ApiException.Unsupported("dimensions", $"embeddings are the model's hidden states of {model.Dimensions} numbers, of which no part stands for the whole");
        }

        return body.Text("encoding_format") switch
        {
            null or "float" => new(inputs, false),
            "base64" => new(inputs, true),
            var other => throw ApiException.Invalid("encoding_format", $"Invalid 'encoding_format': '{Parameters.Shorten(other)}' is neither 'float' nor 'base64'."),
        };
    }
}
