using System.Text;
using System.Text.Json;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Shards;

namespace OlmoSharp.Data.Decontamination.Evaluations;

/// <summary>The rows of an evaluation set's file, whatever its format: JSON lines, an array, an object with an array in it, CSV with a line of names, or Parquet.</summary>
public static class EvaluationRows
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file; its extension tells compression, CSV and Parquet.</param>
    /// <param name="rows">Where the array stands in an object; null: the file is lines, an array or Parquet.</param>
    /// <exception cref="DataException">It cannot be read, or is none of these.</exception>
    public static IEnumerable<(string Place, JsonElement Row)> Read(string path, string? rows)
    {
        using var content = Content(path);
        var bytes = content.GetBuffer().AsMemory(0, (int)content.Length);
        if (bytes.Span.StartsWith(Encoding.UTF8.Preamble))
        {
            bytes = bytes[Encoding.UTF8.Preamble.Length..];
        }

        if (IsCsv(path))
        {
            return Csv(path, bytes).ToList();
        }

        var first = bytes.Span[^bytes.Span.TrimStart(" \t\r\n"u8).Length..];
        return (rows is not null || first.StartsWith("["u8) ? Array(path, bytes, rows) : Lines(path, bytes)).ToList();
    }

    private static MemoryStream Content(string path)
    {
        try
        {
            using var stream = Path.GetExtension(path) == ".parquet" ? new ParquetLines(path, isDocuments: false) : CompressedStream.OpenRead(path);
            var content = new MemoryStream();
            stream.CopyTo(content);
            return content;
        }
        catch (Exception error) when (CompressedStream.IsDamage(error))
        {
            throw new DataException($"{path}: the file is damaged or truncated ({error.Message}). Fetch or make it again.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: cannot be read: {error.Message}", error);
        }
    }

    private static IEnumerable<(string Place, JsonElement Row)> Lines(string path, ReadOnlyMemory<byte> bytes)
    {
        for (var number = 1; bytes.Length > 0; number++)
        {
            var length = bytes.Span.IndexOf((byte)'\n') is >= 0 and var end ? end : bytes.Length;
            var line = bytes[..length];
            bytes = bytes[Math.Min(bytes.Length, length + 1)..];
            if (line.Span.ContainsAnyExcept(" \t\r"u8))
            {
                var place = $"{path}, line {number}";
                yield return (place, Object(place, Parse(place, line)));
            }
        }
    }

    private static bool IsCsv(string path) => path.EndsWith(".csv", StringComparison.Ordinal) || path.Contains(".csv.", StringComparison.Ordinal);

    private static IEnumerable<(string Place, JsonElement Row)> Csv(string path, ReadOnlyMemory<byte> bytes)
    {
        Utf8(path, bytes);
        using var text = new StringReader(Encoding.UTF8.GetString(bytes.Span));
        var reader = new CsvRowReader(text);
        var fields = new List<string>();
        string[]? names = null;
        for (var number = 1; ReadCsv(reader, fields, path, number); number++)
        {
            if (names is null)
            {
                names = [.. fields];
            }
            else if (fields is not [""])
            {
                // A quoted field may hold line ends, so that a row's number is no line's.
                var place = $"{path}, row {number}";
                yield return (place, fields.Count == names.Length
                    ? JsonSerializer.SerializeToElement(names.Zip(fields).ToDictionary(pair => pair.First, pair => pair.Second))
                    : throw new DataException($"{place}: it has {fields.Count} fields, but the first row names {names.Length}. Correct the quotes or fetch the file again."));
            }
        }
    }

    private static bool ReadCsv(CsvRowReader reader, List<string> fields, string path, int number)
    {
        try
        {
            return reader.Read(fields);
        }
        catch (FormatException error)
        {
            throw new DataException($"{path}, row {number}: {error.Message}. Correct the quotes or fetch the file again.", error);
        }
    }

    private static IEnumerable<(string Place, JsonElement Row)> Array(string path, ReadOnlyMemory<byte> bytes, string? rows)
    {
        var root = Parse(path, bytes);
        if (rows is not null && !new EvaluationField(rows).TryFind(root, out root))
        {
            throw new DataException($"{path}: has no \"{rows}\"; {EvaluationField.Describe(Parse(path, bytes))}. Correct rows.");
        }

        if (root.ValueKind != JsonValueKind.Array)
        {
            throw new DataException($"{path}: {(rows is null ? "the file" : $"\"{rows}\"")} is no list of items. Name the list's path under rows.");
        }

        var number = 0;
        foreach (var row in root.EnumerateArray())
        {
            var place = $"{path}, item {++number}";
            yield return (place, Object(place, row));
        }
    }

    private static JsonElement Parse(string place, ReadOnlyMemory<byte> json)
    {
        Utf8(place, json);
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.Clone();
        }
        catch (JsonException error)
        {
            throw new DataException($"{place}: invalid JSON ({error.Message}). Correct or fetch the file again.", error);
        }
    }

    private static void Utf8(string place, ReadOnlyMemory<byte> bytes)
    {
        var invalid = Utf8Place.FindInvalidByte(bytes.Span);
        if (invalid >= 0)
        {
            throw new DataException($"{place}: invalid UTF-8 at byte {invalid}. Save the file as UTF-8.");
        }
    }

    private static JsonElement Object(string place, JsonElement row) => row.ValueKind == JsonValueKind.Object
        ? row
        : throw new DataException($"{place}: the item is not a JSON object. Items need named fields.");
}
