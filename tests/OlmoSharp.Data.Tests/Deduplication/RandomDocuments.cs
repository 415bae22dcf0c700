using System.Text;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Data.Tests.Deduplication;

/// <summary>Documents of few words and few paragraphs, so that much of them comes again.</summary>
internal sealed class RandomDocuments(int seed)
{
    private static readonly string[] Words = ["the", "a", "naïve", "cat", "sat", "on", "mat", "犬", "🐕", "ran", "x1", "far"];
    private readonly Random _random = new(seed);
    private int _count;

    public List<Document> Take(int count) => [.. Enumerable.Range(0, count).Select(_ => Next())];

    public string Text()
    {
        var text = new StringBuilder();
        for (var paragraph = _random.Next(5); paragraph > 0; paragraph--)
        {
            text.AppendJoin(' ', Enumerable.Range(0, _random.Next(10)).Select(_ => Words[_random.Next(Words.Length)]));
            text.Append(paragraph > 1 || _random.Next(2) == 0 ? "\n" : "");
        }

        return text.ToString();
    }

    private Document Next() => DedupeFolder.Document($"{_count++}", Text(), $"http://x/{_random.Next(40)}");
}
