using System.Text.RegularExpressions;

namespace OlmoSharp.Evaluation.Metrics.Instructions.Bench;

/// <summary>IFBench's instructions about one sentence after the other.</summary>
internal static class BenchSentences
{
    /// <summary>Whether each sentence has more words beside one that begins alike than the one before.</summary>
    public static bool IncreasesAlliteration(string response)
    {
        var before = -1;
        foreach (var sentence in EnglishSentences.Split(response))
        {
            List<string> words = [.. PythonText.Words(sentence.ToLowerInvariant()).Select(BenchText.BareStart).Where(word => word.Length > 0)];
            var alike = 0;
            for (var i = 0; i < words.Count; i++)
            {
                alike += (i > 0 && words[i - 1][0] == words[i][0]) || (i + 1 < words.Count && words[i + 1][0] == words[i][0]) ? 1 : 0;
            }

            if (alike <= before)
            {
                return false;
            }

            before = alike;
        }

        return true;
    }

    /// <summary>Whether each sentence has so many words more than the one before.</summary>
    public static bool Grows(string response, int by) => EnglishSentences.Split(response).ConvertAll(sentence => BenchText.PlainWords(sentence).Count) is var counts
        && counts.Zip(counts.Skip(1)).All(pair => pair.Second == pair.First + by);

    /// <summary>Whether a sentence has a word.</summary>
    public static bool HasKeyword(string response, string keyword, int number) => EnglishSentences.Split(response) is var sentences && number >= 1 && sentences.Count >= number
        && Regex.IsMatch(sentences[number - 1], $@"\b{Regex.Escape(keyword)}\b", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase);
}
