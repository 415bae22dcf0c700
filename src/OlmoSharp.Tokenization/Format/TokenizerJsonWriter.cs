using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OlmoSharp.Tokenization;

/// <summary>Writes the <c>tokenizer.json</c> of a trained tokenizer, as Hugging Face tokenizers reads it.</summary>
internal static class TokenizerJsonWriter
{
    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes a tokenizer with the pre-tokens of GPT-4.</summary>
    /// <param name="tokens">The bytes of the tokens, by id.</param>
    /// <param name="merges">The merges in order of rank.</param>
    /// <param name="specialTokens">The special tokens, whose ids follow those of the others.</param>
    public static byte[] Write(IReadOnlyList<byte[]> tokens, IReadOnlyList<BpeMerge> merges, IReadOnlyList<string> specialTokens)
    {
        string[] names = [.. tokens.Select(token => ByteCharacters.ToCharacters(token))];
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, Options))
        {
            writer.WriteStartObject();
            writer.WriteString("version", "1.0");
            writer.WriteNull("truncation");
            writer.WriteNull("padding");
            writer.WriteStartArray("added_tokens");
            for (int i = 0; i < specialTokens.Count; i++)
            {
                writer.WriteStartObject();
                writer.WriteNumber("id", tokens.Count + i);
                writer.WriteString("content", specialTokens[i]);
                writer.WriteBoolean("single_word", false);
                writer.WriteBoolean("lstrip", false);
                writer.WriteBoolean("rstrip", false);
                writer.WriteBoolean("normalized", false);
                writer.WriteBoolean("special", true);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteNull("normalizer");
            WritePreTokenizer(writer);
            writer.WritePropertyName("post_processor");
            WriteByteLevel(writer);
            writer.WritePropertyName("decoder");
            WriteByteLevel(writer);
            WriteModel(writer, names, merges, specialTokens);
            writer.WriteEndObject();
        }
        return [.. buffer.WrittenSpan, (byte)'\n'];
    }

    private static void WritePreTokenizer(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("pre_tokenizer");
        writer.WriteString("type", "Sequence");
        writer.WriteStartArray("pretokenizers");
        writer.WriteStartObject();
        writer.WriteString("type", "Split");
        writer.WriteStartObject("pattern");
        writer.WriteString("Regex", PreTokenScanner.Cl100kExpression);
        writer.WriteEndObject();
        writer.WriteString("behavior", "Isolated");
        writer.WriteBoolean("invert", false);
        writer.WriteEndObject();
        WriteByteLevel(writer);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteByteLevel(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "ByteLevel");
        writer.WriteBoolean("add_prefix_space", false);
        writer.WriteBoolean("trim_offsets", false);
        writer.WriteBoolean("use_regex", false);
        writer.WriteEndObject();
    }

    private static void WriteModel(Utf8JsonWriter writer, string[] names, IReadOnlyList<BpeMerge> merges, IReadOnlyList<string> specialTokens)
    {
        writer.WriteStartObject("model");
        writer.WriteString("type", "BPE");
        writer.WriteNull("dropout");
        writer.WriteNull("unk_token");
        writer.WriteNull("continuing_subword_prefix");
        writer.WriteNull("end_of_word_suffix");
        writer.WriteBoolean("fuse_unk", false);
        writer.WriteBoolean("byte_fallback", false);
        writer.WriteStartObject("vocab");
        for (int id = 0; id < names.Length; id++)
        {
            writer.WriteNumber(names[id], id);
        }
        for (int i = 0; i < specialTokens.Count; i++)
        {
            writer.WriteNumber(specialTokens[i], names.Length + i);
        }
        writer.WriteEndObject();
        writer.WriteStartArray("merges");
        foreach (BpeMerge merge in merges)
        {
            writer.WriteStringValue($"{names[merge.Left]} {names[merge.Right]}");
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
