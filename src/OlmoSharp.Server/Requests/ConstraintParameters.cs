using OlmoSharp.Inference;
using OlmoSharp.Inference.Constraints;
using OlmoSharp.Server.Errors;
using OlmoSharp.Server.Hosting;

namespace OlmoSharp.Server.Requests;

/// <summary>Reads what a text must conform to: OpenAI's <c>response_format</c>, or <c>grammar</c> in llama.cpp's notation.</summary>
internal static class ConstraintParameters
{
    /// <summary>Most UTF-16 code units of a schema or a grammar.</summary>
    private const int Longest = 65_536;

    /// <summary>The constraint of a request.</summary>
    /// <returns>Null where there is none.</returns>
    public static OutputConstraint? Read(Parameters body, ServedModel model)
    {
        const string key = "grammar";
        var format = body.Object("response_format");
        var type = format?.RequireText("type") ?? "text";
        if (body.Text(key) is { } grammar)
        {
            return type == "text"
                ? Make(key, isGrammar: true, grammar, model)
                : throw ApiException.Invalid(key, "'grammar' and 'response_format' exclude each other; give one.");
        }

        switch (type)
        {
            case "text":
                return null;
            case "json_object":
                return model.Constraints.Grammar(OutputConstraint.JsonObjectGrammar);
            case "json_schema":
                var definition = Parameters.Object(format!.Value.Require("json_schema"), "response_format.json_schema");
                _ = definition.RequireText("name");
                return Make(definition.NameOf("schema"), isGrammar: false, definition.Require("schema").GetRawText(), model);
            default:
                throw ApiException.Invalid(
                    "response_format.type", $"Invalid 'response_format.type': '{Parameters.Shorten(type)}' is none of 'text', 'json_object' and 'json_schema'.");
        }
    }

    private static OutputConstraint Make(string name, bool isGrammar, string text, ServedModel model)
    {
        if (text.Length > Longest)
        {
            throw ApiException.Invalid(name, $"Invalid '{name}': string too long. Expected at most {Longest} characters, but got {text.Length}.", "string_above_max_length");
        }

        try
        {
            return isGrammar ? model.Constraints.Grammar(text) : model.Constraints.JsonSchema(text);
        }
        catch (InferenceException exception)
        {
            throw ApiException.Invalid(name, $"Invalid '{name}': {exception.Message}.");
        }
    }
}
