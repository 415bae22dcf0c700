using System.Text.Json;
using System.Text.Json.Nodes;
using OlmoSharp.Models.HuggingFace;

namespace OlmoSharp.Models.Gguf;

/// <summary>
/// A byte-level BPE tokenizer as GGUF metadata: from a <c>tokenizer.json</c> and back to one with the same ids. Only what GGUF can say is
/// accepted: a splitting that llama.cpp has a name for, merges before whole tokens, plain added tokens.
/// </summary>
internal static class GgufTokenizer
{
    public const string TokensKey = "tokenizer.ggml.tokens";
    public const string EndOfTextKey = "tokenizer.ggml.eos_token_id";
    public const string PaddingKey = "tokenizer.ggml.padding_token_id";

    private const string ModelKey = "tokenizer.ggml.model";
    private const string SplittingKey = "tokenizer.ggml.pre";
    private const string TokenTypesKey = "tokenizer.ggml.token_type";
    private const string MergesKey = "tokenizer.ggml.merges";
    private const string ChatTemplateKey = "tokenizer.chat_template";

    // llama.cpp's name for byte-level BPE.
    private const string ByteLevelBpe = "gpt2";

    private enum TokenType
    {
        Normal = 1,
        Control = 3,
        UserDefined = 4,
        Unused = 5,
    }

    /// <summary>The metadata of a model folder's tokenizer.</summary>
    /// <param name="folder">Holds <c>tokenizer.json</c> and, for the chat template, <c>tokenizer_config.json</c>.</param>
    /// <param name="config">The model: rows beyond the tokenizer's ids get unused tokens.</param>
    /// <exception cref="ModelException">The tokenizer is missing, malformed, or cannot be expressed.</exception>
    public static IReadOnlyList<(string Key, object Value)> Write(string folder, ModelConfig config)
    {
        var path = Path.Combine(folder, "tokenizer.json");
        using var json = ReadJson(path);
        try
        {
            var root = json.RootElement;
            RequireSupported(path, root);
            var splitting = GgufSplitting.Of(path, root);
            var model = root.GetProperty("model");
            var tokens = new string?[config.VocabularySize];
            var types = Enumerable.Repeat((int)TokenType.Unused, tokens.Length).ToArray();
            foreach (var token in root.TryGetProperty("added_tokens", out var added) && added.ValueKind != JsonValueKind.Null ? added.EnumerateArray() : default)
            {
                Set(token.GetProperty("id").GetInt32(), Text(token.GetProperty("content")),
                    token.GetProperty("special").GetBoolean() ? TokenType.Control : TokenType.UserDefined);
            }

            foreach (var token in model.GetProperty("vocab").EnumerateObject())
            {
                // A file may list its added tokens here too.
                if (token.Value.GetInt32() is var id && !(id >= 0 && id < tokens.Length && tokens[id] == token.Name))
                {
                    Set(id, token.Name, TokenType.Normal);
                }
            }

            var taken = tokens.OfType<string>().ToHashSet();
            for (var id = 0; id < tokens.Length; id++)
            {
                tokens[id] ??= Filler(id, taken);
            }

            var merges = model.GetProperty("merges").EnumerateArray()
                .Select(merge => merge.ValueKind == JsonValueKind.Array ? string.Join(' ', merge.EnumerateArray().Select(Text)) : Text(merge))
                .ToArray();
            List<(string, object)> metadata =
            [
                (ModelKey, ByteLevelBpe),
                (SplittingKey, splitting.Name),
                (TokensKey, tokens.Select(token => token!).ToArray()),
                (TokenTypesKey, types),
                (MergesKey, merges),
                // Without an id of its own llama.cpp assumes GPT-2's; documents start after the token that ends the one before.
                ("tokenizer.ggml.bos_token_id", (uint)config.EndOfTextId),
                (EndOfTextKey, (uint)config.EndOfTextId),
                (PaddingKey, (uint)config.PaddingId),
                ("tokenizer.ggml.add_bos_token", false),
            ];
            if (ChatTemplate(Path.Combine(folder, "tokenizer_config.json")) is { } template)
            {
                metadata.Add((ChatTemplateKey, template));
            }

            return metadata;

            void Set(int id, string token, TokenType type)
            {
                if (id < 0 || id >= tokens.Length)
                {
                    throw new ModelException($"{path}: the token '{token}' has the id {id}, but the model has {tokens.Length} rows");
                }

                if (tokens[id] is not null)
                {
                    throw new ModelException($"{path}: the tokens '{tokens[id]}' and '{token}' both have the id {id}");
                }

                (tokens[id], types[id]) = (token, (int)type);
            }
        }
        catch (Exception e) when (e is InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new ModelException($"{path}: is not the tokenizer.json of a byte-level BPE tokenizer: {e.Message}", e);
        }
    }

    /// <summary>A <c>tokenizer.json</c> with the ids of a file's tokenizer.</summary>
    /// <exception cref="ModelException">The tokenizer is of another kind, or its lists contradict each other.</exception>
    public static byte[] Read(GgufMetadata metadata)
    {
        if (metadata.Text(ModelKey) != ByteLevelBpe)
        {
            throw metadata.Wrong(ModelKey, $"'{ByteLevelBpe}': other tokenizers are not supported");
        }

        var splitting = GgufSplitting.All.FirstOrDefault(known => known.Name == metadata.Text(SplittingKey))
            ?? throw metadata.Wrong(SplittingKey, $"one of {string.Join(", ", GgufSplitting.All.Select(known => $"'{known.Name}'"))}: other splittings are not supported");
        var tokens = metadata.List<string>(TokensKey);
        var types = metadata.List<int>(TokenTypesKey);
        if (types.Length != tokens.Length)
        {
            throw metadata.Wrong(TokenTypesKey, $"a list of {tokens.Length}, one a token");
        }

        var vocabulary = new JsonObject();
        var added = new JsonArray();
        for (var id = 0; id < tokens.Length; id++)
        {
            switch ((TokenType)types[id])
            {
                case TokenType.Normal:
                    if (!vocabulary.TryAdd(tokens[id], id))
                    {
                        throw metadata.Wrong(TokensKey, $"a list of different tokens ('{tokens[id]}' occurs twice)");
                    }

                    break;
                case TokenType.Control or TokenType.UserDefined:
                    added.Add(new JsonObject
                    {
                        ["id"] = id,
                        ["content"] = tokens[id],
                        ["single_word"] = false,
                        ["lstrip"] = false,
                        ["rstrip"] = false,
                        ["normalized"] = false,
                        ["special"] = types[id] == (int)TokenType.Control,
                    });
                    break;
                case TokenType.Unused:
                    break;
                default:
                    throw metadata.Wrong(TokenTypesKey, $"a list of the types 1, 3, 4 and 5 (token {id} has the type {types[id]})");
            }
        }

        var byteLevel = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = false, ["use_regex"] = false };
        return JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = added,
            ["normalizer"] = splitting.Normalizer is { } normalizer ? new JsonObject { ["type"] = normalizer } : null,
            ["pre_tokenizer"] = new JsonObject { ["type"] = "Sequence", ["pretokenizers"] = new JsonArray(splitting.ToJson(), byteLevel.DeepClone()) },
            ["post_processor"] = byteLevel.DeepClone(),
            ["decoder"] = byteLevel,
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["vocab"] = vocabulary,
                ["merges"] = new JsonArray([.. metadata.List<string>(MergesKey).Select(merge => JsonValue.Create(merge))]),
            },
        });
    }

    private static void RequireSupported(string path, JsonElement root)
    {
        if (IsTrue(root.GetProperty("model"), "ignore_merges"))
        {
            throw Unsupported("takes whole tokens before merges");
        }

        if (root.TryGetProperty("added_tokens", out var added) && added.ValueKind == JsonValueKind.Array
            && added.EnumerateArray().Any(token => IsTrue(token, "lstrip") || IsTrue(token, "rstrip") || IsTrue(token, "single_word")))
        {
            throw Unsupported("has added tokens that strip spaces around them or stand only alone");
        }

        ModelException Unsupported(string what) => new($"{path}: the tokenizer {what}, which has no counterpart in GGUF that is supported here");
    }

    private static bool IsTrue(JsonElement parent, string name) => parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static string Filler(int id, HashSet<string> taken)
    {
        var token = $"[PAD{id}]";
        while (!taken.Add(token))
        {
            token += "_";
        }

        return token;
    }

    private static string Text(JsonElement element)
        => element.GetString() ?? throw new InvalidOperationException("null where a token or a merge is needed");

    private static string? ChatTemplate(string path)
        => File.Exists(path) && JsonFile.ReadObject(path)["chat_template"] is JsonValue template && template.TryGetValue<string>(out var text) ? text : null;

    private static JsonDocument ReadJson(string path)
    {
        try
        {
            return JsonDocument.Parse(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new ModelException($"{path}: cannot be read: {e.Message}", e);
        }
    }
}
