using OlmoSharp.Inference.Engines;
using OlmoSharp.Tokenization.ChatTemplates;

namespace OlmoSharp.Inference.Chat;

/// <summary>Finds the chat template that a user names.</summary>
public static class ChatTemplateChoice
{
    /// <summary>The template of a name, or the model's own.</summary>
    /// <param name="model">The model.</param>
    /// <param name="nameOrFile">One of <see cref="ChatTemplate.BuiltInNames"/>, or a file with a template; null: the model's own.</param>
    /// <returns>Null where the model has none and none is named.</returns>
    /// <exception cref="InferenceException">There is neither such a template nor such a file.</exception>
    /// <exception cref="Tokenization.TokenizerException">The template is not sound.</exception>
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

        if (!File.Exists(nameOrFile))
        {
            throw new InferenceException($"there is no chat template '{nameOrFile}': it is no file and none of {string.Join(", ", ChatTemplate.BuiltInNames)}");
        }

        var endOfText = model.Tokenizer.Decode([model.Tokenizer.EndOfTextId]);
        return ChatTemplate.Parse(File.ReadAllText(nameOrFile), nameOrFile).WithSpecialTokens(
            model.ChatTemplate?.SpecialTokens ?? new Dictionary<string, string> { ["bos_token"] = endOfText, ["eos_token"] = endOfText });
    }
}
