using OlmoSharp.Data.Taggers;

namespace OlmoSharp.Data.Tests.Taggers;

/// <summary>A user's tagger.</summary>
[Tagger("vowels_v1", "vowels of the document")]
public sealed class VowelTagger(VowelTagger.Options options) : ITagger
{
    public IReadOnlyList<string> Types { get; } = ["count"];

    public void Tag(TaggedDocument document, TagSpans spans)
    {
        foreach (var place in Enumerable.Range(0, document.Text.Length))
        {
            if (options.Vowels.Contains((char)document.Text[place], StringComparison.Ordinal))
            {
                spans.Add(0, place, place + 1, 1);
            }
        }
    }

    public sealed record Options
    {
        public string Vowels { get; init; } = "aeiou";
    }
}
