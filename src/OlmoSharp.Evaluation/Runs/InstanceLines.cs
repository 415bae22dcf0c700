using System.Globalization;
using System.Text.Json;

namespace OlmoSharp.Evaluation.Runs;

/// <summary>Reads of documents' scores what a comparison needs, and skips the rest: models are compared over hundreds of thousands of lines.</summary>
internal static class InstanceLines
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">JSON lines as <see cref="EvaluationResults"/> writes them.</param>
    /// <param name="metrics">The metrics that are wanted.</param>
    /// <returns>Documents with their identifiers, labels and those of the metrics that they have.</returns>
    /// <exception cref="EvaluationException">The file cannot be read, or a line is damaged.</exception>
    public static IReadOnlyList<InstanceScore> Read(string path, IReadOnlyList<string> metrics)
    {
        List<InstanceScore> instances = [];
        try
        {
            var rest = File.ReadAllBytes(path).AsSpan();
            while (!rest.IsEmpty)
            {
                var end = rest.IndexOf((byte)'\n');
                instances.Add(Parse(end < 0 ? rest : rest[..end], metrics));
                rest = end < 0 ? [] : rest[(end + 1)..];
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EvaluationException($"{path}: the documents' scores cannot be read ({error.Message}); run the evaluation again", error);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw new EvaluationException($"{path}, line {instances.Count + 1}: the document's scores are damaged ({error.Message}); run the evaluation again", error);
        }

        return instances;
    }

    private static InstanceScore Parse(ReadOnlySpan<byte> line, IReadOnlyList<string> metrics)
    {
        var reader = new Utf8JsonReader(line);
        (int? Id, JsonElement? Native, JsonElement? Label) read = default;
        var values = new Dictionary<string, double>(metrics.Count);
        reader.Read();
        while (Next(ref reader))
        {
            if (reader.ValueTextEquals("document_id"u8))
            {
                reader.Read();
                read.Id = reader.GetInt32();
            }
            else if (reader.ValueTextEquals("native_id"u8))
            {
                read.Native = Element(ref reader);
            }
            else if (reader.ValueTextEquals("label"u8))
            {
                read.Label = Element(ref reader);
            }
            else if (reader.ValueTextEquals("metrics"u8))
            {
                reader.Read();
                ReadMetrics(ref reader, metrics, values);
            }
            else
            {
                reader.Skip();
            }
        }

        return new InstanceScore { DocumentId = read.Id ?? throw new JsonException("it has no document_id"), NativeId = read.Native, Label = read.Label, Metrics = values };
    }

    private static void ReadMetrics(ref Utf8JsonReader reader, IReadOnlyList<string> metrics, Dictionary<string, double> values)
    {
        while (Next(ref reader))
        {
            string? wanted = null;
            for (var i = 0; i < metrics.Count && wanted is null; i++)
            {
                wanted = reader.ValueTextEquals(metrics[i]) ? metrics[i] : null;
            }

            reader.Read();
            if (wanted is not null)
            {
                // The logarithm of 0 is written as a text.
                values[wanted] = reader.TokenType == JsonTokenType.String ? double.Parse(reader.GetString()!, CultureInfo.InvariantCulture) : reader.GetDouble();
            }
        }
    }

    /// <summary>Goes to the next name of an object.</summary>
    private static bool Next(ref Utf8JsonReader reader) => reader.Read() && (reader.TokenType == JsonTokenType.PropertyName || (reader.TokenType == JsonTokenType.EndObject ? false : throw new JsonException("it is no object")));

    private static JsonElement? Element(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Null ? null : JsonElement.ParseValue(ref reader);
    }
}
