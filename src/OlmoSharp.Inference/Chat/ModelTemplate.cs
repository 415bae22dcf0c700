using OlmoSharp.Models.Gguf;
using OlmoSharp.Tokenization.ChatTemplates;

namespace OlmoSharp.Inference.Chat;

/// <summary>The chat template that a model brings.</summary>
internal static class ModelTemplate
{
    private const string TemplateKey = "tokenizer.chat_template";
    private const string TokensKey = "tokenizer.ggml.tokens";

    private static readonly (string Name, string Key)[] SpecialTokens =
    [
        ("bos_token", "tokenizer.ggml.bos_token_id"),
        ("eos_token", "tokenizer.ggml.eos_token_id"),
        ("pad_token", "tokenizer.ggml.padding_token_id"),
    ];

    /// <summary>Reads it.</summary>
    /// <param name="path">A model folder or a <c>.gguf</c> file.</param>
    /// <returns>Null where the model has none.</returns>
    /// <exception cref="Tokenization.TokenizerException">It is not sound, or uses what is not supported.</exception>
    /// <exception cref="Models.ModelException">The file is not sound.</exception>
    public static ChatTemplate? Read(string path)
    {
        if (!GgufFile.IsNamedSo(path))
        {
            return ChatTemplate.Read(path);
        }

        using var file = GgufFile.Open(path);
        if (!file.Metadata.Values.ContainsKey(TemplateKey))
        {
            return null;
        }

        var tokens = file.Metadata.List<string>(TokensKey);
        Dictionary<string, string> special = [];
        foreach (var (name, key) in SpecialTokens)
        {
            if (file.Metadata.Integer(key, -1) is >= 0 and var id && id < tokens.Length)
            {
                special[name] = tokens[id];
            }
        }

        return ChatTemplate.Parse(file.Metadata.Text(TemplateKey), $"{path}: {TemplateKey}").WithSpecialTokens(special);
    }
}
