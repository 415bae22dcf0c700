using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OlmoSharp.Data.Documents;
using OlmoSharp.Evaluation.Documents;
using OlmoSharp.Evaluation.Tasks;
using OlmoSharp.Inference.Chat;

namespace OlmoSharp.Evaluation.Requests;

/// <summary>Requests as the lines of a file, one JSON object each, with the names that OLMES gives them.</summary>
public static class RequestJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes requests; the file takes its name when all are written. Each line ends in a line feed.</summary>
    /// <param name="tasks">The tasks, one after another.</param>
    /// <param name="path">The file; <c>.gz</c> and <c>.zst</c> are compressed.</param>
    /// <returns>How many requests were written.</returns>
    public static long Write(IEnumerable<BuiltTask> tasks, string path)
    {
        using var file = new AtomicFile(path);
        var count = 0L;
        var stream = CompressedStream.WrapForWriting(file.Stream, path);
        foreach (var task in tasks)
        {
            foreach (var request in task.Requests)
            {
                Write(stream, task, request);
                stream.WriteByte((byte)'\n');
                count++;
            }
        }

        if (!ReferenceEquals(stream, file.Stream))
        {
            stream.Dispose();
        }

        file.Complete();
        return count;
    }

    /// <summary>What OLMES calls a kind of request.</summary>
    /// <param name="kind">The kind.</param>
    public static string NameOf(RequestKind kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());

    /// <summary>A request's context as such a line has it: a text in quotes, or a chat's messages.</summary>
    internal static string ContextOf(EvaluationRequest request)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            WriteContext(json, request);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Write(Stream stream, BuiltTask task, EvaluationRequest request)
    {
        using var json = new Utf8JsonWriter(stream, Options);
        json.WriteStartObject();
        json.WriteString("request_type", NameOf(request.Kind));
        Write(json, "doc", task.Documents[request.DocumentId]);
        json.WriteStartObject("request");
        json.WritePropertyName("context");
        WriteContext(json, request);
        if (request.Continuation is { } continuation)
        {
            json.WriteString("continuation", continuation);
        }

        if (request.Generation is { } generation)
        {
            Write(json, generation);
        }

        json.WriteEndObject();
        json.WriteNumber("idx", request.Index);
        json.WriteString("task_name", task.Spec.Name);
        json.WriteNumber("doc_id", request.FileDocumentId);
        Write(json, "native_id", request.NativeId);
        Write(json, "label", request.Label);
        json.WriteEndObject();
    }

    private static void WriteContext(Utf8JsonWriter json, EvaluationRequest request)
    {
        if (request.Messages is not { } messages)
        {
            json.WriteStringValue(request.Context);
            return;
        }

        json.WriteStartObject();
        json.WriteStartArray("messages");
        foreach (var message in messages)
        {
            json.WriteStartObject();
            json.WriteString("role", RoleName(message.Role));
            json.WriteString("content", message.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("assistant_prefix", request.AnswerPrefix);
        json.WriteEndObject();
    }

    private static string RoleName(ChatRole role) => JsonNamingPolicy.SnakeCaseLower.ConvertName(role.ToString());

    private static void Write(Utf8JsonWriter json, string name, EvaluationDocument document)
    {
        json.WriteStartObject(name);
        Write(json, "id", document.NativeId);
        json.WriteString("place", document.Row.Place);
        json.WriteNumber("index", document.Row.Index);
        if (document.Choices.Count > 0)
        {
            json.WriteStartArray("choices");
            foreach (var choice in document.Choices)
            {
                json.WriteStringValue(choice);
            }

            json.WriteEndArray();
            json.WriteNumber("gold", document.Gold!.Value);
        }
        else if (document.Answer is { } answer)
        {
            json.WriteString("answer", answer);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, GenerationConfig generation)
    {
        json.WriteStartArray("stop_sequences");
        foreach (var stop in generation.Stop ?? [])
        {
            json.WriteStringValue(stop);
        }

        json.WriteEndArray();
        json.WriteStartObject("generation_kwargs");
        json.WriteNumber("max_gen_toks", generation.MaxTokens ?? 0);
        json.WriteNumber("temperature", generation.Temperature ?? 0);
        json.WriteBoolean("do_sample", generation.Temperature > 0);
        if (generation.TopP is { } topP)
        {
            json.WriteNumber("top_p", topP);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, JsonElement? value)
    {
        json.WritePropertyName(name);
        if (value is { } element)
        {
            element.WriteTo(json);
        }
        else
        {
            json.WriteNullValue();
        }
    }
}
