using OlmoSharp.Inference.Engines;
using OlmoSharp.Tokenization.ChatTemplates;

namespace OlmoSharp.Server;

/// <summary>Finds the chat template that a user names.</summary>
public static class ChatTemplateChoice
{
    /// <summary>The template of a name, or the model's own.</summary>
    /// <param name="model">The model.</param>
    /// <param name="nameOrFile">The name of a built-in template, or a Jinja file; null: the model's own.</param>
    /// <returns>Null where the model has none.</returns>
    /// <exception cref="ServerException">There is no such template.</exception>
    public static ChatTemplate? Find(LoadedModel model, string? nameOrFile)
    {
        if (nameOrFile is null)
        {
            return model.ChatTemplate;
        }

        if (ChatTemplate.BuiltInNames.Contains(nameOrFile))
        {
            return ChatTemplate.BuiltIn(nameOrFile, model.Tokenizer);
        }

        try
        {
            var endOfText = model.Tokenizer.Decode([model.Tokenizer.EndOfTextId]);
            return ChatTemplate.Parse(File.ReadAllText(nameOrFile), nameOrFile)
                .WithSpecialTokens(model.ChatTemplate?.SpecialTokens ?? new Dictionary<string, string> { ["bos_token"] = endOfText, ["eos_token"] = endOfText });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ServerException(
                $"chat template '{nameOrFile}' is neither built in ({string.Join(", ", ChatTemplate.BuiltInNames)}) nor a file that can be read: {exception.Message}", exception);
        }
    }
}
