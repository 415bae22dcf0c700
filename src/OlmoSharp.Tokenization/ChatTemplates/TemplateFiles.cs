using System.Text.Json;

namespace OlmoSharp.Tokenization.ChatTemplates;

/// <summary>The chat templates of a model folder, as transformers keeps them.</summary>
internal static class TemplateFiles
{
    private const string Default = "default";
    private const string ConfigFile = "tokenizer_config.json";
    private const string TemplateFile = "chat_template.jinja";
    private const string MoreFolder = "additional_chat_templates";

    private static readonly string[] TokenNames = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];

    /// <summary>Reads all templates of a folder: what errors call each, and its text, by its name.</summary>
    /// <exception cref="TokenizerException">A file cannot be read or has something else where a template should be.</exception>
    public static IReadOnlyDictionary<string, (string Origin, string Text)> Read(string folder, JsonPlace? config)
    {
        Dictionary<string, (string, string)> templates = [];
        if (config?["chat_template"] is { IsNull: false } written)
        {
            var path = Path.Combine(folder, ConfigFile);
            if (written.Value.ValueKind == JsonValueKind.String)
            {
                templates[Default] = ($"{path}: chat_template", written.Text);
            }
            else
            {
                foreach (var template in written.Elements())
                {
                    templates[template["name"].Text] = ($"{path}: chat_template '{template["name"].Text}'", template["template"].Text);
                }
            }
        }

        // Newer files, which take the place of what the config says.
        var single = Path.Combine(folder, TemplateFile);
        if (File.Exists(single))
        {
            templates[Default] = (single, ReadText(single));
        }

        var more = Path.Combine(folder, MoreFolder);
        foreach (var file in Directory.Exists(more) ? Directory.GetFiles(more, "*.jinja").Order(StringComparer.Ordinal).ToArray() : [])
        {
            templates[Path.GetFileNameWithoutExtension(file)] = (file, ReadText(file));
        }

        return templates;
    }

    /// <summary>Reads the config of a folder; null where it has none.</summary>
    /// <exception cref="TokenizerException">It cannot be read or is not JSON.</exception>
    public static JsonDocument? ReadConfig(string folder, out JsonPlace? config)
    {
        var path = Path.Combine(folder, ConfigFile);
        config = null;
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            var document = JsonDocument.Parse(ReadText(path));
            config = new(path, document.RootElement);
            return document;
        }
        catch (JsonException exception)
        {
            throw new TokenizerException(path, null, $"line {exception.LineNumber + 1} is not JSON", "The file is not a whole tokenizer_config.json; fetch or save it again", exception);
        }
    }

    /// <summary>The special tokens that templates can name, such as <c>bos_token</c>, those that the model has.</summary>
    public static IReadOnlyDictionary<string, string> SpecialTokens(JsonPlace? config)
    {
        Dictionary<string, string> tokens = [];
        foreach (var name in config is null ? [] : TokenNames)
        {
            if (config![name] is { IsNull: false } token)
            {
                tokens[name] = token.Value.ValueKind == JsonValueKind.Object ? token["content"].Text : token.Text;
            }
        }

        return tokens;
    }

    private static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new TokenizerException(path, null, $"the file cannot be read ({exception.Message})", "Check the disk and the permissions", exception);
        }
    }
}
