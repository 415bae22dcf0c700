using OlmoSharp.Inference.Engines;
using OlmoSharp.Tokenization;
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
    public static ChatTemplate? Find(LoadedModel model, string? nameOrFile) =>
        nameOrFile is null ? model.ChatTemplate : Named(nameOrFile, model.Tokenizer, model.ChatTemplate?.SpecialTokens);

    /// <summary>The template of a name.</summary>
    /// <param name="nameOrFile">One of <see cref="ChatTemplate.BuiltInNames"/>, or a file with a template.</param>
    /// <param name="tokenizer">The model's.</param>
    /// <param name="specialTokens">What a file's template may call the model's special tokens; null: the end of text for all.</param>
    /// <exception cref="InferenceException">There is neither such a template nor such a file.</exception>
    /// <exception cref="Tokenization.TokenizerException">The template is not sound.</exception>
    public static ChatTemplate Named(string nameOrFile, Tokenizer tokenizer, IReadOnlyDictionary<string, string>? specialTokens = null)
    {
        if (ChatTemplate.BuiltInNames.Contains(nameOrFile))
        {
            return ChatTemplate.BuiltIn(nameOrFile, tokenizer);
        }

        if (!File.Exists(nameOrFile))
        {
            throw new InferenceException($"there is no chat template '{nameOrFile}': it is no file and none of {string.Join(", ", ChatTemplate.BuiltInNames)}");
        }

        var endOfText = tokenizer.Decode([tokenizer.EndOfTextId]);
        return ChatTemplate.Parse(File.ReadAllText(nameOrFile), nameOrFile).WithSpecialTokens(
            specialTokens ?? new Dictionary<string, string> { ["bos_token"] = endOfText, ["eos_token"] = endOfText });
    }
}
