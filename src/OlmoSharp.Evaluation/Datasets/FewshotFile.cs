using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using OlmoSharp.Data.Configuration;

namespace OlmoSharp.Evaluation.Datasets;

/// <summary>
/// A file of few-shot examples: a JSON object of lists of rows by id, such as <c>OLMES:piqa</c>. This library has ids and hashes of the published lists, and none of their texts.
/// </summary>
public sealed class FewshotFile
{
    private static readonly JsonSerializerOptions Canonical = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly Dictionary<string, JsonElement> _sources;
    private readonly string _path;

    private FewshotFile(string path, Dictionary<string, JsonElement> sources) => (_path, _sources) = (path, sources);

    /// <summary>The ids.</summary>
    public IReadOnlyCollection<string> Ids => _sources.Keys;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file, UTF-8 JSON.</param>
    /// <exception cref="EvaluationException">It cannot be read, or is no object of lists.</exception>
    public static FewshotFile Read(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new EvaluationException($"{path}: expected an object of lists of examples by id");
            }

            var sources = new Dictionary<string, JsonElement>();
            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (member.Value.ValueKind != JsonValueKind.Array || member.Value.EnumerateArray().Any(row => row.ValueKind != JsonValueKind.Object))
                {
                    throw new EvaluationException($"{path}: \"{member.Name}\" is {DatasetRow.Kind(member.Value)}, not a list of examples");
                }

                sources[member.Name] = member.Value.Clone();
            }

            return new FewshotFile(path, sources);
        }
        catch (JsonException error)
        {
            throw new EvaluationException($"{path}: invalid JSON ({error.Message})", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EvaluationException($"{path}: the few-shot file cannot be read: {error.Message}", error);
        }
    }

    /// <summary>The examples of an id.</summary>
    /// <param name="id">The id.</param>
    /// <exception cref="EvaluationException">The file has none of this id.</exception>
    public IReadOnlyList<DatasetRow> Rows(string id) => _sources.TryGetValue(id, out var rows)
        ? [.. rows.EnumerateArray().Select((row, index) => new DatasetRow($"{_path}, {id}, item {index + 1}", -1, row))]
        : throw new EvaluationException($"{_path}: there are no examples {id}{(NearestName.Find(id, _sources.Keys) is { } nearest ? $"; did you mean {nearest}?" : $"; it has {string.Join(", ", _sources.Keys.Take(10))}")}");

    /// <summary>The SHA-256 of an id's examples, written without white space and with sorted names, in lower-case hexadecimal.</summary>
    /// <param name="id">The id.</param>
    /// <exception cref="EvaluationException">The file has none of this id.</exception>
    public string Sha256(string id)
    {
        _ = Rows(id);
        var canonical = Sorted(JsonSerializer.SerializeToNode(_sources[id]))!.ToJsonString(Canonical);
        return Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(canonical)));
    }

    /// <summary>Whether an id's examples are those published under it; null for an id that was not published.</summary>
    /// <param name="id">The id.</param>
    /// <exception cref="EvaluationException">The file has none of this id.</exception>
    public bool? IsPublished(string id) => PublishedFewshot.HashOf(id) is { } hash ? hash == Sha256(id) : null;

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Key, Sorted(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Sorted)]),
        _ => node?.DeepClone(),
    };
}
