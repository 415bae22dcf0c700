using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Data.Tests.Mixing;

/// <summary>Random documents with attribute files beside them.</summary>
internal static class SampleMix
{
    public static readonly IReadOnlyList<string> Attributes = ["t__a", "t__b", "u__c", "own"];

    private static readonly string[] Words = ["the", "naïve", "😀", "日本", "a\"b", "x\\y", "line\n", "tab\t", "Ω", "end."];

    /// <summary>Writes files and gives their paths, in order.</summary>
    public static IReadOnlyList<string> Write(TemporaryFolder folder, Random random, int files, int rows, string extension = ".jsonl.gz", string source = "s")
    {
        var paths = new List<string>();
        for (var file = 0; file < files; file++)
        {
            var (documents, first, second) = (new StringBuilder(), new StringBuilder(), new StringBuilder());
            for (var row = 0; row < rows; row++)
            {
                var text = string.Concat(Enumerable.Range(0, random.Next(25)).Select(_ => Words[random.Next(Words.Length)] + " "));
                var length = text.EnumerateRunes().Count();
                var document = new JsonObject { ["id"] = $"{file}/\"{row}\"", ["text"] = text, ["source"] = source };
                if (random.Next(3) > 0)
                {
                    document["metadata"] = random.Next(4) switch { 0 => new JsonObject(), 1 => "none", _ => new JsonObject { ["provenance"] = "before:1", ["length"] = length } };
                }

                if (random.Next(4) == 0)
                {
                    document["attributes"] = new JsonObject { ["own"] = Spans(random, length), ["t__b"] = Spans(random, length) };
                }

                document["extra"] = random.Next(100);
                documents.Append(document.ToJsonString()).Append('\n');
                first.Append(Row(document, random, length, "t__a", "t__b"));
                second.Append(Row(document, random, length, "u__c"));
            }

            var name = string.Create(CultureInfo.InvariantCulture, $"{file:D2}{extension}");
            paths.Add(Save(folder, $"data/documents/{source}/{name}", documents));
            Save(folder, $"data/attributes/t/{source}/{name}", first);
            Save(folder, $"data/attributes/u/{source}/{name}", second);
        }

        return paths;
    }

    /// <summary>All rows of files, in order.</summary>
    public static List<JsonObject> Read(IEnumerable<string> paths) => [.. paths.SelectMany(path =>
    {
        using var stream = CompressedStream.OpenRead(path);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject());
    })];

    public static string Save(TemporaryFolder folder, string relative, StringBuilder content)
    {
        var path = folder.Write(relative, "");
        using var file = File.Create(path);
        using var stream = CompressedStream.WrapForWriting(file, path);
        stream.Write(Encoding.UTF8.GetBytes(content.ToString()));
        return path;
    }

    private static string Row(JsonObject document, Random random, int length, params string[] names)
    {
        var attributes = new JsonObject();
        foreach (var name in names.Where(_ => random.Next(4) > 0))
        {
            attributes[name] = Spans(random, length);
        }

        return new JsonObject { ["id"] = document["id"]!.DeepClone(), ["attributes"] = attributes, ["source"] = "s" }.ToJsonString() + "\n";
    }

    private static JsonArray Spans(Random random, int length) => [.. Enumerable.Range(0, random.Next(4)).Select(_ =>
    {
        var start = random.Next(length + 1);
        return (JsonNode)new JsonArray(start, start + random.Next(Math.Min(10, length - start) + 1), Math.Round(random.NextDouble(), 2));
    })];
}
