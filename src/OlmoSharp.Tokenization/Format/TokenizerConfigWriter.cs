using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OlmoSharp.Tokenization;

/// <summary>Writes the <c>tokenizer_config.json</c> that transformers reads beside a <c>tokenizer.json</c>.</summary>
internal static class TokenizerConfigWriter
{
    // Jinja, as transformers runs it. See ChatTurnTokens for what it writes.
    private const string ChatTemplate =
        "{% for message in messages %}"
        + "{% if message['role'] not in ['system', 'user', 'assistant'] %}{{ raise_exception('Unknown role: ' + message['role']) }}{% endif %}"
        + "{{ '<|' + message['role'] + '|>\\n' + message['content'] + '" + ChatTurnTokens.End + "\\n' }}"
        + "{% endfor %}"
        + "{% if add_generation_prompt %}{{ '" + ChatTurnTokens.Assistant + "\\n' }}{% endif %}";

    private static readonly string[] TurnTokens = [ChatTurnTokens.System, ChatTurnTokens.User, ChatTurnTokens.Assistant, ChatTurnTokens.End];

    /// <summary>Writes the file.</summary>
    public static byte[] Write(Tokenizer tokenizer, int? maximumLength)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, new JsonWriterOptions
        {
            Indented = true,
            NewLine = "\n",
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }))
        {
            string endOfText = NameOf(tokenizer, tokenizer.EndOfTextId);
            string padding = NameOf(tokenizer, tokenizer.PaddingId);
            writer.WriteStartObject();
            writer.WriteString("tokenizer_class", "PreTrainedTokenizerFast");
            writer.WriteBoolean("add_prefix_space", false);
            writer.WriteBoolean("clean_up_tokenization_spaces", false);
            writer.WriteStartObject("added_tokens_decoder");
            foreach ((string name, int id) in tokenizer.SpecialTokens.OrderBy(token => token.Value))
            {
                writer.WriteStartObject(id.ToString(CultureInfo.InvariantCulture));
                writer.WriteString("content", name);
                writer.WriteBoolean("lstrip", false);
                writer.WriteBoolean("normalized", false);
                writer.WriteBoolean("rstrip", false);
                writer.WriteBoolean("single_word", false);
                writer.WriteBoolean("special", true);
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
            writer.WriteStartArray("additional_special_tokens");
            foreach ((string name, int _) in tokenizer.SpecialTokens.OrderBy(token => token.Value).Where(token => token.Key != endOfText && token.Key != padding))
            {
                writer.WriteStringValue(name);
            }
            writer.WriteEndArray();
            writer.WriteNull("bos_token");
            writer.WriteString("eos_token", endOfText);
            writer.WriteString("pad_token", padding);
            writer.WriteNull("unk_token");
            if (maximumLength is int length)
            {
                writer.WriteNumber("model_max_length", length);
            }
            if (TurnTokens.All(tokenizer.SpecialTokens.ContainsKey))
            {
                writer.WriteString("chat_template", ChatTemplate);
            }
            writer.WriteEndObject();
        }
        return [.. buffer.WrittenSpan, (byte)'\n'];
    }

    private static string NameOf(Tokenizer tokenizer, int id) => tokenizer.SpecialTokens.Single(token => token.Value == id).Key;
}
