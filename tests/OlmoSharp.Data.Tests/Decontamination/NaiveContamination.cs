using System.Text;
using System.Text.RegularExpressions;
using OlmoSharp.Data.Decontamination.Config;
using OlmoSharp.Data.Decontamination.Evaluations;

namespace OlmoSharp.Data.Tests.Decontamination;

/// <summary>What decontamination says, from its description, with strings: n-grams are joined words, and every place of every item is looked at.</summary>
internal static partial class NaiveContamination
{
    public sealed record Hit(string Item, int Start, int End, double Score, double? Answer, double? Passage, bool IsContamination);

    /// <summary>All places of one set's items in a text, in their order.</summary>
    public static List<Hit> Find(IReadOnlyList<EvaluationItem> items, ContaminationRules rules, string text)
    {
        var n = rules.NgramLength;
        List<(string Word, int Start, int End)> words = [.. Split(text)];
        var ngrams = Ngrams([.. words.Select(word => word.Word)], n);
        List<EvaluationItem> known = [.. items.Where(item => Words(item.Question) is var question && question.Length >= rules.MinWords && question.Distinct().Count() >= rules.MinUniqueWords)
            .DistinctBy(item => string.Join('|', Join(item.Question), Join(item.Passage ?? ""), string.Join('/', item.Answers.Select(Join).Where(answer => answer.Length > 0))))];
        List<string[]> different = [.. known.Select(item => Join(item.Question)).Distinct().Select(question => Ngrams(question.Split(' '), n))];
        var hits = new List<(Hit Hit, int Order)>();
        foreach (var item in known)
        {
            var question = Words(item.Question);
            string[] own = [.. Ngrams(question, n).Distinct()];
            var weights = own.ToDictionary(ngram => ngram, ngram => rules.Idf ? Math.Log(1 + different.Count / (double)different.Count(other => other.Contains(ngram))) : 1);
            List<int> places = [.. Enumerable.Range(0, ngrams.Length).Where(place => weights.ContainsKey(ngrams[place]))];
            while (places.Count > 0)
            {
                var length = 1;
                while (length < places.Count && places[length] - places[length - 1] - 1 <= rules.MaxConsecutiveMisses)
                {
                    length++;
                }

                var here = places[..length];
                places.RemoveRange(0, length);
                HashSet<string> found = [.. here.Select(place => ngrams[place])];
                var score = found.Sum(ngram => weights[ngram]) / weights.Values.Sum();
                if (score < Threshold(question.Length, rules) - 1e-9)
                {
                    continue;
                }

                // The first place at which all that is found was seen.
                var complete = found.Max(ngram => here.First(place => ngrams[place] == ngram));
                var (begin, end) = (here[0], here[^1] + n);
                List<string[]> answers = [.. item.Answers.Select(Words).Where(answer => answer.Length > 0)];
                double? answer = answers.Count == 0 ? null : answers.Max(text =>
                {
                    var distance = Math.Max(2 * text.Length, rules.MinAnswerDistance);
                    return Math.Max(Share(text, begin - distance, begin), Share(text, complete + n, end + distance));
                });
                var passage = Words(item.Passage ?? "");
                var around = Math.Max(2 * passage.Length, rules.MinAnswerDistance);
                hits.Add((new Hit(
                    item.Id,
                    words[begin].Start,
                    words[end - 1].End,
                    score,
                    answer,
                    passage.Length == 0 ? null : Share(passage, begin - around, end + around),
                    !rules.RequireAnswer || answer is null || answer >= rules.AnswerThreshold - 1e-9), known.IndexOf(item)));
            }
        }

        return [.. hits.OrderBy(hit => hit.Hit.Start).ThenBy(hit => hit.Order).Select(hit => hit.Hit)];

        double Share(string[] of, int from, int to)
        {
            var size = Math.Min(n, of.Length);
            HashSet<string> there = [.. Ngrams([.. words.Where((_, place) => place >= from && place < to).Select(word => word.Word)], size)];
            string[] wanted = [.. Ngrams(of, size).Distinct()];
            return (double)wanted.Count(there.Contains) / wanted.Length;
        }
    }

    private static double Threshold(int words, ContaminationRules rules)
    {
        if (words >= rules.ThresholdWords)
        {
            return rules.QuestionThreshold;
        }

        return words <= rules.PerfectMatchWords ? 1
            : rules.QuestionThreshold + (1 - rules.QuestionThreshold) * (rules.ThresholdWords - words) / (rules.ThresholdWords - rules.PerfectMatchWords);
    }

    private static string[] Ngrams(string[] words, int n) => [.. Enumerable.Range(0, Math.Max(0, words.Length - n + 1)).Select(place => string.Join(' ', words[place..(place + n)]))];

    private static string[] Words(string text) => [.. Split(text).Select(word => word.Word)];

    private static string Join(string text) => string.Join(' ', Words(text));

    private static IEnumerable<(string Word, int Start, int End)> Split(string text) => WordPattern.Matches(text).Select(match =>
        (match.Value.ToLowerInvariant(), Encoding.UTF8.GetByteCount(text[..match.Index]), Encoding.UTF8.GetByteCount(text[..(match.Index + match.Length)])));

    [GeneratedRegex(@"[\p{L}\p{M}\p{Nd}]+")]
    private static partial Regex WordPattern { get; }
}
