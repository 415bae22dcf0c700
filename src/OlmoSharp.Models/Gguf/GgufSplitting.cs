using System.Text.Json;
using System.Text.Json.Nodes;

namespace OlmoSharp.Models.Gguf;

/// <summary>A way to normalise text and split it into pre-tokens that GGUF files only name, for llama.cpp knows the rest.</summary>
/// <param name="Name">llama.cpp's name.</param>
/// <param name="Expression">The regular expression, as <c>tokenizer.json</c> files write it.</param>
/// <param name="Normalizer">Hugging Face's name of the normalisation before it; null for none.</param>
internal sealed record GgufSplitting(string Name, string Expression, string? Normalizer)
{
    /// <summary>Those that can be written and read.</summary>
    public static readonly IReadOnlyList<GgufSplitting> All =
    [
        // As GPT-4 and OLMo 2 do.
        new("dbrx", @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+", null),
        // The tokenizers of OLMo and OLMoE, descendants of GPT-NeoX's, are the only ones of this name. llama.cpp leaves out their normalisation.
        new("olmo", Gpt2Expression, "NFC"),
        new("gpt-2", Gpt2Expression, null),
        new("gpt-4o",
            @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
            + @"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
            + @"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+", null),
    ];

    private const string Gpt2Expression = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    /// <summary>What a <c>tokenizer.json</c> does.</summary>
    /// <exception cref="ModelException">It normalises or splits in a way that has no name here.</exception>
    public static GgufSplitting Of(string path, JsonElement root)
    {
        var pre = root.GetProperty("pre_tokenizer");
        var parts = pre.TryGetProperty("pretokenizers", out var list) ? list.EnumerateArray().ToArray() : [pre];
        var byteLevels = parts.Where(IsByteLevel).ToArray();
        string?[] expressions =
        [
            .. parts.Where(part => !IsByteLevel(part)).Select(part => part.TryGetProperty("pattern", out var pattern) && pattern.TryGetProperty("Regex", out var regex) ? regex.GetString() : null),
            // Files older than the field split by GPT-2's expression.
            .. byteLevels.Where(part => !(part.TryGetProperty("use_regex", out var use) && use.ValueKind == JsonValueKind.False)).Select(_ => Gpt2Expression),
        ];
        var addsSpace = byteLevels.Any(part => part.TryGetProperty("add_prefix_space", out var adds) && adds.ValueKind == JsonValueKind.True);
        string[] normalizers = [.. root.TryGetProperty("normalizer", out var normalizer) ? Normalizers(normalizer) : []];
        return (byteLevels.Length == 1 && !addsSpace && expressions is [{ } expression] && normalizers.Length <= 1
            ? All.FirstOrDefault(known => known.Expression == expression && known.Normalizer == normalizers.FirstOrDefault())
            : null) ?? throw new ModelException($"{path}: the tokenizer normalises or splits text in a way that llama.cpp has no name for; "
                + "it has for GPT-4's splitting (OLMo 2), GPT-2's with NFC (OLMo, OLMoE) or without normalisation, and GPT-4o's");
    }

    /// <summary>The splitting as a part of <c>tokenizer.json</c>.</summary>
    public JsonObject ToJson() => new()
    {
        ["type"] = "Split",
        ["pattern"] = new JsonObject { ["Regex"] = Expression },
        ["behavior"] = "Isolated",
        ["invert"] = false,
    };

    private static bool IsByteLevel(JsonElement part) => part.GetProperty("type").GetString() == "ByteLevel";

    private static IEnumerable<string> Normalizers(JsonElement normalizer)
        => normalizer.ValueKind == JsonValueKind.Null ? []
            : normalizer.TryGetProperty("normalizers", out var list) ? list.EnumerateArray().SelectMany(Normalizers)
            : [normalizer.GetProperty("type").GetString()!];
}
