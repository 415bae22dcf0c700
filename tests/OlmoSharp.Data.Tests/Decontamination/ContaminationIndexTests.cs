using System.Text;
using CsCheck;
using OlmoSharp.Data.Decontamination;
using OlmoSharp.Data.Decontamination.Config;
using OlmoSharp.Data.Decontamination.Evaluations;
using OlmoSharp.Data.Decontamination.Matching;
using Xunit;

namespace OlmoSharp.Data.Tests.Decontamination;

public sealed class ContaminationIndexTests
{
    private const string Question =
        "Müller's garden has four rows of apple trees, and in every row stand seven trees. In autumn each tree bears twenty apples, of which a third falls to the ground before he comes to pick them. "
        + "How many apples can he still pick from the trees of his garden in one autumn?";

    private static readonly string[] Vocabulary = ["a", "b", "The", "éa", "Ñu", "x1", "дом", "of"];
    private static readonly string[] Gaps = [" ", ", ", "\n\n", "… ", "-", " «", "' "];

    [Fact]
    public void Items_are_found_where_an_implementation_on_strings_finds_them()
    {
        var text = Text(0, 120);
        var item = Gen.Select(Text(0, 26), Text(0, 7).Array[0, 2], Gen.OneOf(Gen.Const((string?)null), Text(0, 20).Select(passage => (string?)passage)));
        var rules = Gen.Select(Gen.Int[2, 5], Gen.Int[0, 8], Gen.Int[0, 10], Gen.Int[0, 20], Gen.Bool, Gen.Bool, Gen.Int[1, 12]);
        Gen.Select(text, item.Array[1, 6], rules, Gen.Int[0, 1000]).Sample((text, drafts, rule, seed) =>
        {
            var rules = new ContaminationRules
            {
                NgramLength = rule.Item1,
                MaxConsecutiveMisses = rule.Item2,
                QuestionThreshold = rule.Item3 / 10.0,
                PerfectMatchWords = rule.Item4,
                ThresholdWords = rule.Item4 + seed % 3 * 5,
                Idf = rule.Item5,
                RequireAnswer = rule.Item6,
                MinAnswerDistance = rule.Item7,
                MinWords = rule.Item1,
                MinUniqueWords = 1 + seed % 3,
                AnswerThreshold = 0.5 + seed % 6 * 0.1,
            };
            List<EvaluationItem> items = [.. drafts.Select((draft, number) => new EvaluationItem($"{number}", "", draft.Item1, draft.Item2, draft.Item3))];
            items.AddRange([items[0] with { Id = "twin" }, items[0] with { Id = "other answer", Answers = ["x1 of"] }, new("whole", "", "a b c a b d e f", [], null)]);

            // Pieces of the questions, so that there is something to find.
            var random = new Random(seed);
            var planted = text + string.Concat(Enumerable.Range(0, 3).Select(_ => Gaps[0] + Part(items[random.Next(items.Count)].Question, random) + " " + Part(text, random)));
            var found = new ContaminationChecker(new ContaminationIndex([new EvaluationSet("set", items)], rules)).Find(Encoding.UTF8.GetBytes(planted));
            var expected = NaiveContamination.Find(items, rules, planted);
            Assert.Equal(expected.Select(hit => (hit.Item, hit.Start, hit.End, hit.IsContamination)), found.Select(hit => (hit.Item.Id, hit.Start, hit.End, hit.IsContamination)));
            Assert.All(expected.Zip(found), pair =>
            {
                Assert.Equal(pair.First.Score, pair.Second.Score, 1e-9);
                Assert.Equal(pair.First.Answer, pair.Second.Answer);
                Assert.Equal(pair.First.Passage, pair.Second.Passage);
            });
        }, iter: 500);
    }

    [Theory]
    [InlineData(8, 1)]
    [InlineData(20, 1)]
    [InlineData(35, 0.9)]
    [InlineData(50, 0.8)]
    [InlineData(500, 0.8)]
    public void Short_questions_have_to_be_there_whole_and_long_ones_to_four_fifths(int words, double threshold) =>
        Assert.Equal(threshold, new ContaminationRules().ThresholdFor(words), 12);

    [Fact]
    public void A_copy_is_found_in_its_place_whatever_became_of_case_punctuation_and_lines()
    {
        string[] copies = [Question, Question.ToUpperInvariant(), Question.Replace(" ", "\r\n> ", StringComparison.Ordinal), Question.Replace(",", "", StringComparison.Ordinal).Replace('\'', '’')];
        foreach (var copy in copies)
        {
            var text = $"“Čeština” und so weiter.\n\n{copy}\n\nDas war es.";
            var hit = Assert.Single(Index(Question).Check(Encoding.UTF8.GetBytes(text)));
            Assert.Equal((1, "set", "0", null, null), (hit.Score, hit.Evaluation, hit.Item.Id, hit.Answer, hit.Passage));
            Assert.Equal(copy.TrimEnd('?'), Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text).AsSpan(hit.Start..hit.End)));
        }

        Assert.Equal(2, Index(Question).Check(Encoding.UTF8.GetBytes(Question + string.Concat(Enumerable.Repeat(" and", 20)) + Question)).Count);
    }

    [Fact]
    public void A_changed_word_is_allowed_in_a_long_question_and_many_are_not()
    {
        var words = Question.Split(' ');
        Assert.Equal(52, words.Length);

        // One word of 53 (Müller, s) takes five n-grams of 49.
        words[30] = "pears";
        Assert.Equal(44 / 49.0, Assert.Single(Index(Question).Check(Encoding.UTF8.GetBytes(string.Join(' ', words)))).Score, 12);
        for (var i = 0; i < words.Length; i += 6)
        {
            words[i] = "pears";
        }

        Assert.Empty(Index(Question).Check(Encoding.UTF8.GetBytes(string.Join(' ', words))));
        Assert.Empty(Index(Question).Check(Encoding.UTF8.GetBytes(string.Join(' ', Question.Split(' ').Reverse()))));
        Assert.Empty(Index(Question).Check(""u8));
    }

    [Fact]
    public void What_all_questions_have_in_common_counts_little()
    {
        const string frame = "Read the following sentence with care and then decide which of the two given answers fits it better and write down nothing but its letter at the end of the line. The sentence is: ";
        string[] ends = ["the cat sleeps on a warm stove", "her uncle sold seven old clocks", "snow fell over the quiet harbour", "nobody had read his long letter"];
        var text = Encoding.UTF8.GetBytes(frame + "we never drink tea before noon");
        EvaluationItem[] items = [.. ends.Select((end, number) => Item(number, frame + end))];
        Assert.Empty(new ContaminationIndex([new("set", items)], new ContaminationRules { QuestionThreshold = 0.6 }).Check(text));
        Assert.Equal(4, new ContaminationIndex([new("set", items)], new ContaminationRules { QuestionThreshold = 0.6, Idf = false }).Check(text).Count);
    }

    [Theory]
    [InlineData(" The answer is 373 apples.", true)]
    [InlineData(" 12345678901234567890 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 373", true)]
    [InlineData(" 12345678901234567890 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 373", false)]
    [InlineData(" Four times seven trees, twenty apples each, and two thirds of them.", true)]
    [InlineData(" Four times seven trees, twenty pears each, and two thirds of them.", false)]
    [InlineData("", false)]
    public void An_answer_has_to_be_near(string after, bool isHit)
    {
        EvaluationItem item = new("0", "", Question, ["373", "four times seven trees, twenty apples each and two thirds of them"], null);
        var text = Encoding.UTF8.GetBytes(Question + after);
        Assert.Equal(isHit ? 1 : 0, new ContaminationIndex([new("set", [item])], new ContaminationRules()).Check(text).Count);
        Assert.Single(new ContaminationIndex([new("set", [item], RequireAnswer: false)], new ContaminationRules()).Check(text));
        Assert.Equal(isHit ? 1 : 0, new ContaminationIndex([new("set", [item], RequireAnswer: true)], new ContaminationRules { RequireAnswer = false }).Check(text).Count);
    }

    [Fact]
    public void An_answer_that_goes_on_with_the_question_s_own_words_is_found()
    {
        EvaluationItem item = new("0", "", Question, ["he can still pick from the trees of his garden in one autumn 373"], null);
        Assert.Single(new ContaminationIndex([new("set", [item])], new ContaminationRules()).Check(Encoding.UTF8.GetBytes(Question + " He can still pick from the trees of his garden in one autumn 373.")));
    }

    [Fact]
    public void Plain_n_grams_are_a_matter_of_rules()
    {
        var rules = new ContaminationRules { NgramLength = 13, MinWords = 13, QuestionThreshold = 0, PerfectMatchWords = 0, ThresholdWords = 0, Idf = false, RequireAnswer = false };
        var index = new ContaminationIndex([new("set", [Item(0, Question)])], rules);
        var words = Question.Split(' ');
        Assert.Single(index.Check(Encoding.UTF8.GetBytes("x " + string.Join(' ', words[20..33]) + " x")));
        Assert.Empty(index.Check(Encoding.UTF8.GetBytes("x " + string.Join(' ', words[20..32]) + " x")));
    }

    [Fact]
    public void Items_that_say_too_little_and_duplicates_are_counted()
    {
        var index = new ContaminationIndex(
            [new("set", [Item(0, "Why?"), Item(1, "no no no no no no no no"), Item(2, Question), Item(3, Question.ToLowerInvariant()), Item(4, ""), new("5", "", Question, ["±"], null)])], new ContaminationRules());
        var evaluation = Assert.Single(index.Evaluations);
        Assert.Equal((6, 2, 1, 1), (evaluation.Items, evaluation.Duplicates, evaluation.Indexed, evaluation.Unanswered));
        Assert.Equal(["1 words (min_words: 8)", "1 different words (min_unique_words: 4)", "0 words (min_words: 8)"], evaluation.Unchecked.Select(item => item.Reason));
        Assert.Contains("none of its 1 items", Assert.Throws<DataException>(() => Index("Why?")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Threads_may_check_at_the_same_time()
    {
        var index = Index(Question);
        byte[][] texts = [.. Enumerable.Range(0, 40).Select(number => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("word ", number)) + (number % 3 == 0 ? Question : "nothing")))];
        var starts = new int[texts.Length];
        Parallel.For(0, texts.Length, number => starts[number] = index.Check(texts[number]) is [var hit] ? hit.Start : -1);
        Assert.Equal(Enumerable.Range(0, texts.Length).Select(number => number % 3 == 0 ? 5 * number : -1), starts);
    }

    private static ContaminationIndex Index(string question) => new([new("set", [Item(0, question)])], new ContaminationRules());

    private static EvaluationItem Item(int number, string question) => new($"{number}", "", question, [], null);

    private static Gen<string> Text(int fewest, int most) => Gen.Select(Gen.Int[0, Vocabulary.Length - 1], Gen.Int[0, 3 * Gaps.Length]).Array[fewest, most]
        .Select(words => string.Concat(words.Select(word => Vocabulary[word.Item1] + Gaps[word.Item2 < Gaps.Length ? word.Item2 : 0])));

    private static string Part(string text, Random random)
    {
        var words = text.Split(' ');
        var start = random.Next(3) == 0 ? random.Next(words.Length) : 0;
        return string.Join(' ', words[start..random.Next(start, words.Length + 1)]);
    }
}
