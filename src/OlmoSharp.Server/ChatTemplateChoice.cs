using OlmoSharp.Models.Gguf;
using OlmoSharp.Tokenization;
using OlmoSharp.Tokenization.ChatTemplates;

namespace OlmoSharp.Server;

/// <summary>Finds the chat template of a model.</summary>
public static class ChatTemplateChoice
{
    /// <summary>The template that was asked for, or the model's own.</summary>
    /// <param name="model">A model folder or a GGUF file.</param>
    /// <param name="nameOrFile">The name of a built-in template, or a file; null: the model's own.</param>
    /// <param name="tokenizer">The model's.</param>
    /// <returns>Null where the model has none.</returns>
    /// <exception cref="ServerException">There is no such template.</exception>
    /// <exception cref="TokenizerException">It is not sound.</exception>
    public static ChatTemplate? Find(string model, string? nameOrFile, Tokenizer tokenizer)
    {
        var own = Own(model, tokenizer);
        if (nameOrFile is null)
        {
            return own;
        }

        if (ChatTemplate.BuiltInNames.Contains(nameOrFile))
        {
            return ChatTemplate.BuiltIn(nameOrFile, tokenizer);
        }

        try
        {
            var template = ChatTemplate.Parse(File.ReadAllText(nameOrFile), nameOrFile);
            return template.WithSpecialTokens(own?.SpecialTokens ?? EndOfText(tokenizer));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ServerException(
                $"chat template '{nameOrFile}' is neither built in ({string.Join(", ", ChatTemplate.BuiltInNames)}) nor a file that can be read: {exception.Message}", exception);
        }
    }

    private static ChatTemplate? Own(string model, Tokenizer tokenizer)
    {
        if (!GgufFile.IsNamedSo(model))
        {
            return ChatTemplate.Read(model);
        }

        using var file = GgufFile.Open(model);
        return file.Metadata.Text("tokenizer.chat_template", "") is { Length: > 0 } text
            ? ChatTemplate.Parse(text, $"{model}: tokenizer.chat_template").WithSpecialTokens(EndOfText(tokenizer))
            : null;
    }

    private static Dictionary<string, string> EndOfText(Tokenizer tokenizer)
    {
        var text = tokenizer.Decode([tokenizer.EndOfTextId]);
        return new() { ["bos_token"] = text, ["eos_token"] = text };
    }
}
