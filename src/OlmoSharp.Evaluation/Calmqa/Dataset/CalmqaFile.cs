using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Evaluation.Calmqa.Dataset;

/// <summary>A file of the dataset: questions with answers. What is read is written again without loss, byte for byte where the published scripts wrote it.</summary>
public sealed partial record CalmqaFile
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
        WriteIndented = true,
        NewLine = "\n",
        Encoder = PlainJsonEncoder.Instance,
    };

    /// <summary>The questions, in the order of the file.</summary>
    public required IReadOnlyList<CalmqaEntry> Entries { get; init; }

    /// <summary>Fields that the schema does not name, kept as they are.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Other { get; init; }

    /// <summary>Reads a file and checks it.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="EvaluationException">It is not there or not of the schema; the message says where and why.</exception>
    public static CalmqaFile Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new EvaluationException($"{path}: the file cannot be read ({exception.Message})", exception);
        }

        var file = Parse(bytes, path);
        file.Check(path);
        return file;
    }

    /// <summary>Writes the file whole or not at all.</summary>
    /// <param name="path">Where to.</param>
    /// <exception cref="IOException">The disk refuses; a file of that name stays as it was.</exception>
    public void Write(string path) => AtomicFile.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(this, Json));

    private static CalmqaFile Parse(ReadOnlySpan<byte> bytes, string path)
    {
        try
        {
            return JsonSerializer.Deserialize<CalmqaFile>(bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes, Json) ?? throw new JsonException("null is no dataset");
        }
        catch (JsonException exception)
        {
            var place = exception.LineNumber is { } line ? $"{path}:{line + 1}" : path;
            throw new EvaluationException($"{place}{(exception.Path is { } inside ? $" ({inside})" : "")}: {Reason(exception.Message)}", exception);
        }
    }

    /// <summary>The reason without the names of our types and the place, which is told already.</summary>
    private static string Reason(string message)
    {
        var end = message.IndexOf(" Path: ", StringComparison.Ordinal);
        return TypeName.Replace(end < 0 ? message : message[..end], "");
    }

    [GeneratedRegex(@" (?:to|for|on|of)(?: type)? '?OlmoSharp\.[\w.+`\[\],]*\w'?")]
    private static partial Regex TypeName { get; }

    private void Check(string path)
    {
        var (questions, answers) = (new HashSet<string>(), new HashSet<string>());
        foreach (var (entry, i) in Entries.Select((entry, i) => (entry, i)))
        {
            var question = entry.Question;
            var place = $"{path}: entries[{i}], question \"{question.Name}\"";
            Require(questions.Add(question.Name), place, "the name is there twice; names of questions are unique in a file");
            Require(question.Translations.ContainsKey(question.Language), place, $"the question is in {question.Language}, but its translations have no {question.Language} text");
            Require(
                question.IsCultural != question.Type.HasFlag(QuestionTypes.NonCultural), place,
                $"type {(int)question.Type} says neither or both of culturally specific (1) and agnostic (2)");
            foreach (var answer in entry.Answers)
            {
                var inside = $"{place}, answer \"{answer.Name}\"";
                Require(answers.Add(answer.Name), inside, "the name is there twice; names of answers are unique in a file");
                Require(answer.Translations.ContainsKey(answer.Language), inside, $"the answer is in {answer.Language}, but its translations have no {answer.Language} text");
            }
        }
    }

    private static void Require(bool holds, string place, string problem)
    {
        if (!holds)
        {
            throw new EvaluationException($"{place}: {problem}");
        }
    }
}
