using System.Text;
using System.Text.Json.Nodes;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Data.Tests.Mixing;

/// <summary>What a mix should give, found slowly: whole lines, whole trees, strings of code points.</summary>
internal sealed class NaiveMixer
{
    public required IReadOnlyList<string> AttributeSets { get; init; }

    public Func<JsonObject, bool> Keeps { get; init; } = _ => true;

    public IReadOnlyList<(string Attribute, double Min, double Max, string Replacement)> Replacements { get; init; } = [];

    public IReadOnlyList<string> Discard { get; init; } = [];

    public int MinTextLength { get; init; }

    public IEnumerable<JsonObject> Mix(IEnumerable<string> files) => files.SelectMany(Mix);

    private IEnumerable<JsonObject> Mix(string file)
    {
        var rows = Lines(file);
        var sets = AttributeSets.Select(set => Lines(file.Replace("/documents/", $"/attributes/{set}/", StringComparison.Ordinal))).ToList();
        for (var line = 0; line < rows.Count; line++)
        {
            var document = rows[line];
            if (sets.Count > 0)
            {
                if (document["attributes"] is not JsonObject)
                {
                    document["attributes"] = new JsonObject();
                }

                foreach (var (name, value) in sets.SelectMany(set => set[line]["attributes"]!.AsObject()))
                {
                    document["attributes"]![name] = value!.DeepClone();
                }
            }

            if (!Keeps(document))
            {
                continue;
            }

            document["text"] = Replace(document);
            foreach (var field in Discard)
            {
                document.Remove(field);
            }

            if (Encoding.UTF8.GetByteCount(((string)document["text"]!).Trim()) < MinTextLength)
            {
                continue;
            }

            if (document["metadata"] is not JsonObject)
            {
                document["metadata"] = new JsonObject();
            }

            document["metadata"]!["provenance"] = $"{Path.GetFileName(file)}:{line + 1}";
            yield return document;
        }
    }

    private string Replace(JsonObject document)
    {
        var characters = ((string)document["text"]!).EnumerateRunes().Select(rune => rune.ToString()).ToList();
        var spans = Replacements
            .SelectMany(replacement => (document["attributes"]?[replacement.Attribute]?.AsArray() ?? []).Select(span => (Start: (int)span![0]!, End: (int)span[1]!, Score: (double)span[2]!, replacement)))
            .Where(span => span.Score >= span.replacement.Min && span.Score < span.replacement.Max)
            .OrderBy(span => span.Start).ToList();

        // From the end to the start, so that earlier offsets stay what they were.
        var chosen = new List<(int Start, int End, string With)>();
        foreach (var (start, end, _, replacement) in spans)
        {
            if (chosen.Count == 0 || start >= chosen[^1].End)
            {
                chosen.Add((start, end, replacement.Replacement));
            }
        }

        foreach (var (start, end, with) in Enumerable.Reverse(chosen))
        {
            var original = string.Concat(characters[start..end]);
            characters.RemoveRange(start, end - start);
            characters.Insert(start, with.Replace("{}", original, StringComparison.Ordinal));
        }

        return string.Concat(characters);
    }

    private static List<JsonObject> Lines(string file)
    {
        using var stream = CompressedStream.OpenRead(file);
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject())];
    }
}
