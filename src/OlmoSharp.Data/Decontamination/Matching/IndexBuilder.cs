using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using OlmoSharp.Data.Decontamination.Config;
using OlmoSharp.Data.Decontamination.Evaluations;
using OlmoSharp.Data.Texts;

namespace OlmoSharp.Data.Decontamination.Matching;

/// <summary>Makes the parts of a <see cref="ContaminationIndex"/>, set by set.</summary>
internal sealed class IndexBuilder(ContaminationRules rules)
{
    private readonly NgramHash _hash = new(rules.NgramLength);
    private readonly List<IndexedItem> _items = [];
    private readonly List<IReadOnlyList<int>> _anchors = [];
    private int _evaluations;

    public IReadOnlyList<IndexedItem> Items => _items;

    public NgramTable Ngrams { get; } = new();

    /// <summary>Adds the items of a set.</summary>
    /// <exception cref="DataException">None of them says enough.</exception>
    public IndexedEvaluation Add(EvaluationSet set)
    {
        var left = new List<UncheckedItem>();
        var known = new HashSet<UInt128>();
        var drafts = new List<Draft>();
        var unanswered = 0;
        foreach (var item in set.Items)
        {
            var question = Words(item.Question);
            if (ReasonAgainst(question) is { } reason)
            {
                left.Add(new UncheckedItem(item, reason));
                continue;
            }

            List<ulong[]> answers = [.. item.Answers.Select(answer => Hashes(Words(answer))).Where(words => words.Length > 0)];
            unanswered += item.Answers.Any(answer => answer.Length > 0) && answers.Count == 0 ? 1 : 0;
            var draft = new Draft(item, question, answers, Hashes(Words(item.Passage ?? "")));
            if (known.Add(draft.Identity))
            {
                drafts.Add(draft);
            }
        }

        if (drafts.Count == 0)
        {
            throw new DataException(
                $"evaluation {set.Name}: none of its {set.Items.Count} items says enough to be looked for; the first has {left[0].Reason}. Lower rules.min_words or rules.min_unique_words, correct its fields, or leave the set out.");
        }

        Index(drafts, set.RequireAnswer ?? rules.RequireAnswer);
        _evaluations++;
        return new IndexedEvaluation(set.Name, set.Items.Count, set.Items.Count - left.Count - drafts.Count, left, unanswered);
    }

    /// <summary>For each n-gram the items that it leads to, once all sets are there.</summary>
    public (NgramFilter Filter, int[] Starts, int[] Items) Anchors()
    {
        var starts = new int[Ngrams.Count + 1];
        foreach (var ngram in _anchors.SelectMany(anchors => anchors))
        {
            starts[ngram + 1]++;
        }

        for (var i = 1; i < starts.Length; i++)
        {
            starts[i] += starts[i - 1];
        }

        var (next, items) = (starts[..^1], new int[starts[^1]]);
        for (var item = 0; item < _anchors.Count; item++)
        {
            foreach (var ngram in _anchors[item])
            {
                items[next[ngram]++] = item;
            }
        }

        return (new NgramFilter([.. Ngrams.Hashes.Where(pair => starts[pair.Number] < starts[pair.Number + 1]).Select(pair => pair.Hash)]), starts, items);
    }

    private void Index(List<Draft> drafts, bool requireAnswer)
    {
        List<int[]> numbers = [.. drafts.Select(draft => _hash.All(Hashes(draft.Question)).Select(Ngrams.Add).ToArray())];

        // Of how many different questions each n-gram is.
        var questions = new int[Ngrams.Count];
        var different = Enumerable.Range(0, drafts.Count).DistinctBy(index => drafts[index].QuestionIdentity).ToList();
        foreach (var number in different.SelectMany(index => numbers[index].Distinct()))
        {
            questions[number]++;
        }

        for (var i = 0; i < drafts.Count; i++)
        {
            var draft = drafts[i];
            List<(int Number, int Place)> ngrams = [.. numbers[i].Select((number, place) => (number, place)).DistinctBy(ngram => ngram.number).OrderBy(ngram => ngram.number)];
            var item = new IndexedItem
            {
                Evaluation = _evaluations,
                Item = draft.Item,
                Ngrams = [.. ngrams.Select(ngram => ngram.Number)],
                Weights = [.. ngrams.Select(ngram => rules.Idf ? Math.Log(1 + (double)different.Count / questions[ngram.Number]) : 1)],
                Threshold = rules.ThresholdFor(draft.Question.Length),
                Answers = [.. draft.Answers.Select(Nearby)],
                Passage = draft.Passage.Length > 0 ? Nearby(draft.Passage) : null,
                NeedsAnswer = requireAnswer && draft.Answers.Count > 0,
            };
            _items.Add(item);

            // Long words are rare ones in most texts, so that the longest n-grams lead astray least often.
            int[] order = [.. Enumerable.Range(0, ngrams.Count).OrderByDescending(at => draft.Bytes(ngrams[at].Place, rules.NgramLength))];
            _anchors.Add([.. item.Anchors(order).Select(at => item.Ngrams[at])]);
        }
    }

    private NearbyText Nearby(ulong[] words) => new(words, rules.NgramLength, rules.MinAnswerDistance);

    private string? ReasonAgainst(NormalizedWord[] question)
    {
        if (question.Length < rules.MinWords)
        {
            return $"{question.Length} words (min_words: {rules.MinWords})";
        }

        var unique = question.Select(word => word.Hash).Distinct().Count();
        return unique < rules.MinUniqueWords ? $"{unique} different words (min_unique_words: {rules.MinUniqueWords})" : null;
    }

    private static NormalizedWord[] Words(string text)
    {
        var words = new List<NormalizedWord>();
        foreach (var word in new NormalizedWords(Encoding.UTF8.GetBytes(text)))
        {
            words.Add(word);
        }

        return [.. words];
    }

    private static ulong[] Hashes(NormalizedWord[] words) => [.. words.Select(word => word.Hash)];

    private sealed record Draft(EvaluationItem Item, NormalizedWord[] Question, IReadOnlyList<ulong[]> Answers, ulong[] Passage)
    {
        public UInt128 QuestionIdentity { get; } = Hash([Hashes(Question)]);

        public UInt128 Identity => Hash([Hashes(Question), Passage, .. Answers]);

        /// <summary>Bytes that the n-gram at a place of the question covers.</summary>
        public int Bytes(int place, int length) => Question[place + length - 1].End - Question[place].Start;

        private static UInt128 Hash(IEnumerable<ulong[]> texts)
        {
            var hash = new XxHash128();
            foreach (var text in texts)
            {
                hash.Append(MemoryMarshal.AsBytes<ulong>([(ulong)text.Length, .. text]));
            }

            return hash.GetCurrentHashAsUInt128();
        }
    }
}
