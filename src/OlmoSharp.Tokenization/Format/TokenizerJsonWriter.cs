using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OlmoSharp.Tokenization;

/// <summary>Writes a <c>tokenizer.json</c> as Hugging Face tokenizers reads it.</summary>
internal static class TokenizerJsonWriter
{
    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes a tokenizer.</summary>
    /// <param name="tokens">The bytes of the tokens by id; null at an id that none has.</param>
    /// <param name="merges">The merges in order of rank.</param>
    /// <param name="addedTokens">The added tokens.</param>
    /// <param name="pattern">How text is split into pre-tokens.</param>
    /// <param name="ignoreMerges">Whether a pre-token that is itself a token is encoded as this token whatever the merges say.</param>
    public static byte[] Write(
        IReadOnlyList<byte[]?> tokens, IReadOnlyList<BpeMerge> merges, IReadOnlyList<AddedToken> addedTokens, PreTokenPattern pattern, bool ignoreMerges = false)
    {
        string?[] names = [.. tokens.Select(token => token is null ? null : ByteCharacters.ToCharacters(token))];
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, Options))
        {
            writer.WriteStartObject();
            writer.WriteString("version", "1.0");
            writer.WriteNull("truncation");
            writer.WriteNull("padding");
            writer.WriteStartArray("added_tokens");
            foreach (AddedToken token in addedTokens)
            {
                writer.WriteStartObject();
                writer.WriteNumber("id", token.Id);
                writer.WriteString("content", token.Content);
                writer.WriteBoolean("single_word", token.IsSingleWord);
                writer.WriteBoolean("lstrip", token.StripsLeft);
                writer.WriteBoolean("rstrip", token.StripsRight);
                writer.WriteBoolean("normalized", token.IsNormalized);
                writer.WriteBoolean("special", token.IsSpecial);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteNull("normalizer");
            WritePreTokenizer(writer, pattern);
            writer.WritePropertyName("post_processor");
            WriteByteLevel(writer);
            writer.WritePropertyName("decoder");
            WriteByteLevel(writer);
            WriteModel(writer, names, merges, addedTokens, ignoreMerges);
            writer.WriteEndObject();
        }
        return [.. buffer.WrittenSpan, (byte)'\n'];
    }

    private static void WritePreTokenizer(Utf8JsonWriter writer, PreTokenPattern pattern)
    {
        writer.WriteStartObject("pre_tokenizer");
        writer.WriteString("type", "Sequence");
        writer.WriteStartArray("pretokenizers");
        writer.WriteStartObject();
        writer.WriteString("type", "Split");
        writer.WriteStartObject("pattern");
        writer.WriteString("Regex", PreTokenScanner.ExpressionOf(pattern));
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

    private static void WriteModel(
        Utf8JsonWriter writer, string?[] names, IReadOnlyList<BpeMerge> merges, IReadOnlyList<AddedToken> addedTokens, bool ignoreMerges)
    {
        writer.WriteStartObject("model");
        writer.WriteString("type", "BPE");
        writer.WriteNull("dropout");
        writer.WriteNull("unk_token");
        writer.WriteNull("continuing_subword_prefix");
        writer.WriteNull("end_of_word_suffix");
        writer.WriteBoolean("fuse_unk", false);
        writer.WriteBoolean("byte_fallback", false);
        if (ignoreMerges)
        {
            writer.WriteBoolean("ignore_merges", true);
        }
        writer.WriteStartObject("vocab");
        for (int id = 0; id < names.Length; id++)
        {
            if (names[id] is string name)
            {
                writer.WriteNumber(name, id);
            }
        }
        foreach (AddedToken token in addedTokens)
        {
            writer.WriteNumber(token.Content, token.Id);
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
