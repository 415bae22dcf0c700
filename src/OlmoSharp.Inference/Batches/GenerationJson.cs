using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OlmoSharp.Inference.Generation;
using OlmoSharp.Inference.Sampling;
using OlmoSharp.Tokenization;

namespace OlmoSharp.Inference.Batches;

/// <summary>Writes what was generated as JSON, with the names of OpenAI's API.</summary>
public static class GenerationJson
{
    private static readonly JsonWriterOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One line about a prompt and its texts.</summary>
    /// <param name="id">What the prompt is called, JSON; null for nothing.</param>
    /// <param name="prompt">The prompt.</param>
    /// <param name="promptTokens">How many tokens it has.</param>
    /// <param name="results">The texts.</param>
    /// <param name="tokenizer">The model's.</param>
    /// <param name="messages">The conversation, JSON, in the place of the prompt; null: there is none.</param>
    public static string Write(string? id, string prompt, int promptTokens, IReadOnlyList<GenerationResult> results, Tokenizer tokenizer, string? messages = null)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Format))
        {
            json.WriteStartObject();
            if (id is not null)
            {
                json.WritePropertyName("id");
                json.WriteRawValue(id);
            }

            if (messages is null)
            {
                json.WriteString("prompt", prompt);
            }
            else
            {
                json.WritePropertyName("messages");
                json.WriteRawValue(messages);
            }

            json.WriteStartArray("choices");
            for (var i = 0; i < results.Count; i++)
            {
                WriteChoice(json, i, results[i], tokenizer);
            }

            json.WriteEndArray();
            json.WriteStartObject("usage");
            json.WriteNumber("prompt_tokens", promptTokens);
            json.WriteNumber("completion_tokens", results.Sum(result => result.Ids.Count));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void WriteChoice(Utf8JsonWriter json, int index, GenerationResult result, Tokenizer tokenizer)
    {
        json.WriteStartObject();
        json.WriteNumber("index", index);
        json.WriteString("text", result.Text);
        json.WriteString("finish_reason", result.Finish == FinishReason.Stop ? "stop" : "length");
        if (result.LogProbabilities is { } tokens)
        {
            json.WriteStartArray("logprobs");
            foreach (var token in tokens)
            {
                json.WriteStartObject();
                WriteToken(json, token.Chosen, tokenizer);
                json.WriteStartArray("top_logprobs");
                foreach (var top in token.Top)
                {
                    json.WriteStartObject();
                    WriteToken(json, top, tokenizer);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteToken(Utf8JsonWriter json, TokenLogProbability token, Tokenizer tokenizer)
    {
        json.WriteString("token", tokenizer.Decode([token.Id]));
        json.WriteNumber("id", token.Id);
        // JSON has no infinity; OpenAI writes this for tokens that are out of the question.
        json.WriteNumber("logprob", Math.Max(token.LogProbability, -9999));
        json.WriteStartArray("bytes");
        foreach (var value in tokenizer.TokenBytes(token.Id))
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }
}
