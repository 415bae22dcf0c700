using System.Text;
using System.Text.Json;
using OlmoSharp.Models.HuggingFace;

namespace OlmoSharp.Models.Tests.Gguf;

/// <summary>Model folders with a tokenizer, small enough for thousands of conversions.</summary>
internal static class GgufSamples
{
    public const int Tokens = 256 + 2;

    /// <summary>Rows of whole blocks, and more vocabulary rows than tokens.</summary>
    public static readonly ModelConfig Config = new()
    {
        Heads = 4, KeyValueHeads = 2, HiddenSize = 64, IntermediateSize = 96, Layers = 2, VocabularySize = 263, ContextLength = 16, RopeTheta = 100,
        EndOfTextId = 257, PaddingId = 258,
    };

    /// <summary>A model of a family; the dense ones with grouped queries, OLMo with a bound on projections.</summary>
    public static ModelConfig Of(ModelFamily family) => family switch
    {
        ModelFamily.Olmo2 => Config,
        ModelFamily.Olmo => Config with
        {
            Norm = NormKind.LayerNorm,
            NormPlacement = NormPlacement.BeforeSublayer,
            NormEpsilon = 1e-5,
            QkNorm = false,
            ClipQkv = 0.75,
        },
        ModelFamily.Olmoe => Config with
        {
            NormPlacement = NormPlacement.BeforeSublayer,
            NormEpsilon = 1e-5,
            KeyValueHeads = 4,
            Experts = 3,
            ExpertsPerToken = 2,
        },
        _ => Config with { Experts = 3, ExpertsPerToken = 2 },
    };

    public const string ChatTemplate = "{% for message in messages %}{{ message['content'] }}{% endfor %}";

    /// <summary>Writes a model; its tokenizer has the 256 bytes, one merge, a special and an ordinary added token.</summary>
    public static void Save(Transformer model, string folder, long shardBytes = long.MaxValue)
    {
        ModelFolder.Save(model, folder, shardBytes: shardBytes);
        var vocabulary = Enumerable.Range(0, 256).ToDictionary(Character, value => value);
        vocabulary.Add("ab", 256);
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), JsonSerializer.Serialize(new Dictionary<string, object?>
        {
            ["added_tokens"] = new[] { Added(257, "<|endoftext|>", true), Added(258, "<|pad|>", true), Added(259, "<tool>", false) },
            ["normalizer"] = null,
            ["pre_tokenizer"] = new
            {
                type = "Sequence",
                pretokenizers = new object[]
                {
                    new
                    {
                        type = "Split",
                        pattern = new
                        {
                            Regex = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
                        },
                        behavior = "Isolated",
                        invert = false,
                    },
                    new { type = "ByteLevel", add_prefix_space = false, trim_offsets = true, use_regex = false },
                },
            },
            ["post_processor"] = null,
            ["decoder"] = new { type = "ByteLevel" },
            ["model"] = new { type = "BPE", vocab = vocabulary, merges = new[] { "a b" } },
        }));
        File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), JsonSerializer.Serialize(new { chat_template = ChatTemplate }));
    }

    /// <summary>GPT-2's character for a byte: printable Latin-1 characters stand for themselves, the others are counted from U+0100.</summary>
    public static string Character(int value)
    {
        static bool IsPrintable(int value) => value is (>= 0x21 and <= 0x7E) or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
        return IsPrintable(value) ? $"{(char)value}" : $"{(char)(0x100 + Enumerable.Range(0, value).Count(smaller => !IsPrintable(smaller)))}";
    }

    private static object Added(int id, string content, bool special)
        => new { id, content, single_word = false, lstrip = false, rstrip = false, normalized = false, special };

    /// <summary>A sound file of metadata alone.</summary>
    public static byte[] WithoutTensors(IReadOnlyDictionary<string, object> metadata)
    {
        var bytes = Bytes(["GGUF"u8.ToArray(), 3u, 0ul, (ulong)metadata.Count, .. metadata.SelectMany(pair => Value(pair.Value).Prepend(pair.Key))]);
        return [.. bytes, .. new byte[(bytes.Length + 31) / 32 * 32 - bytes.Length]];

        static object[] Value(object value) => value switch
        {
            uint number => [4u, number],
            float number => [6u, BitConverter.GetBytes(number)],
            bool truth => [7u, BitConverter.GetBytes(truth)],
            string text => [8u, text],
            string[] texts => [9u, 8u, (ulong)texts.Length, .. texts],
            _ => throw new ArgumentException($"{value}"),
        };
    }

    /// <summary>A header by hand: everything little-endian.</summary>
    public static byte[] Bytes(params object[] parts)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        foreach (var part in parts)
        {
            switch (part)
            {
                case uint number:
                    writer.Write(number);
                    break;
                case ulong number:
                    writer.Write(number);
                    break;
                case string text:
                    writer.Write((ulong)Encoding.UTF8.GetByteCount(text));
                    writer.Write(Encoding.UTF8.GetBytes(text));
                    break;
                case byte[] bytes:
                    writer.Write(bytes);
                    break;
                default:
                    throw new ArgumentException($"{part}");
            }
        }

        return stream.ToArray();
    }
}
