using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Evaluation.Corpora;

/// <summary>
/// Makes questions with four choices from documents that a model was not trained on. Wrong choices are of other documents, so that they are as fluent as the right one, and knowing the
/// language is not enough. The same documents give the same questions.
/// </summary>
/// <param name="documents">Held-out documents.</param>
public sealed partial class CorpusQuestions(IEnumerable<Document> documents)
{
    /// <summary>How many choices a question has.</summary>
    public const int Choices = 4;

    private const int Seed = 6198;
    private const string MessageSource = "messages-";

    // Lengths in characters: whole sentences, but no fragments, and most questions within 128 tokens. How many that are is the tokenizer's, so that some may be longer.
    private const int LeastWords = 8;
    private const int ShortestSentence = 50;
    private const int LongestSentence = 220;
    private const int ShortestSummary = 20;
    private const int LongestSummary = 140;
    private const int LongestName = 90;

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<Document> _documents = [.. documents.OrderBy(document => document.Source, StringComparer.Ordinal).ThenBy(document => document.Id, StringComparer.Ordinal)];

    /// <summary>Sentences cut in the middle: which second half is the sentence's own? The others are halves of sentences of other documents of the same source, or, where it has but one, of its other sentences.</summary>
    /// <param name="most">The most questions.</param>
    public IReadOnlyList<ChoiceQuestion> Continuations(int most)
    {
        var halves = _documents.SelectMany(document => document.Text.Split('\n').SelectMany(line => SentenceBorder.Split(line)).Index().Where(sentence => IsSentence(sentence.Item)).Select(sentence =>
        {
            var cut = Middle(sentence.Item);
            return new Candidate(document, sentence.Index, document.Source, sentence.Item[..cut], sentence.Item[(cut + 1)..]);
        }));
        var single = _documents.GroupBy(document => document.Source).Where(source => source.Count() == 1).Select(source => source.Key).ToHashSet();
        return Ask(halves, most, candidate => candidate.Group, (own, other) => own.Document != other.Document || (own != other && single.Contains(own.Group)));
    }

    /// <summary>Members of types, as <c>Type.Member</c> with a line about it below: which line is about this member? The others are about members of other types.</summary>
    /// <param name="most">The most questions.</param>
    public IReadOnlyList<ChoiceQuestion> Members(int most)
    {
        var members = _documents.SelectMany(document => Paragraphs(document).Select(paragraph => (paragraph.Index, Lines: paragraph.Text.Split('\n')))
            .Where(paragraph => paragraph.Lines.Length >= 2 && paragraph.Lines[0].Length <= LongestName && MemberName.IsMatch(paragraph.Lines[0]) && IsSummary(paragraph.Lines[1]))
            .Select(paragraph => new Candidate(document, paragraph.Index, "", paragraph.Lines[0], paragraph.Lines[1])));
        return Ask(members, most, _ => "", (own, other) => own.Document != other.Document);
    }

    /// <summary>Messages in several languages: which message follows? The others are of other languages.</summary>
    /// <param name="most">The most questions.</param>
    public IReadOnlyList<ChoiceQuestion> Languages(int most)
    {
        var messages = _documents.Where(document => document.Source.StartsWith(MessageSource, StringComparison.Ordinal)).SelectMany(document =>
        {
            List<(int Index, string Text)> texts = [.. Paragraphs(document)];
            return texts.Zip(texts.Skip(1)).Where(pair => IsMessage(pair.First.Text) && IsMessage(pair.Second.Text))
                .Select(pair => new Candidate(document, pair.First.Index, document.Source, pair.First.Text, pair.Second.Text));
        });
        return Ask(messages, most, _ => "", (own, other) => own.Group != other.Group, others => others.Group);
    }

    /// <summary>Writes questions as JSON lines.</summary>
    /// <param name="path">The file.</param>
    /// <param name="questions">The questions.</param>
    public static void Write(string path, IEnumerable<ChoiceQuestion> questions)
    {
        var text = new StringBuilder();
        foreach (var question in questions)
        {
            text.Append(JsonSerializer.Serialize(question, Json)).Append('\n');
        }

        AtomicFile.WriteAllText(path, text.ToString());
    }

    /// <summary>Draws questions and wrong choices.</summary>
    /// <param name="candidates">Texts with their continuations.</param>
    /// <param name="most">The most questions.</param>
    /// <param name="pool">Where wrong choices may come from.</param>
    /// <param name="isOther">Whether a candidate's continuation may be a wrong choice for another's text.</param>
    /// <param name="kind">Of which the wrong choices must differ; null: they need not.</param>
    private static List<ChoiceQuestion> Ask(
        IEnumerable<Candidate> candidates, int most, Func<Candidate, string> pool, Func<Candidate, Candidate, bool> isOther, Func<Candidate, string>? kind = null)
    {
        var random = new Random(Seed);
        // A text or continuation that occurs twice would have two right answers.
        var all = candidates.DistinctBy(candidate => candidate.Continuation).DistinctBy(candidate => candidate.Text).ToArray();
        random.Shuffle(all);
        var pools = all.ToLookup(pool).ToDictionary(group => group.Key, group => group.ToArray());
        List<ChoiceQuestion> questions = [];
        foreach (var own in all)
        {
            if (questions.Count == most)
            {
                break;
            }

            if (Wrong(own, pools[pool(own)], isOther, kind, random) is { } wrong)
            {
                var answer = random.Next(Choices);
                wrong.Insert(answer, own.Continuation);
                questions.Add(new($"{own.Document.Source}/{own.Document.Id}#{own.Place}", own.Text, wrong, answer));
            }
        }

        return questions;
    }

    /// <summary>Three wrong continuations; null where there are not so many.</summary>
    private static List<string>? Wrong(Candidate own, Candidate[] pool, Func<Candidate, Candidate, bool> isOther, Func<Candidate, string>? kind, Random random)
    {
        List<Candidate> wrong = [];
        var start = random.Next(pool.Length);
        for (var i = 0; i < pool.Length && wrong.Count < Choices - 1; i++)
        {
            var other = pool[(start + i) % pool.Length];
            if (isOther(own, other) && wrong.TrueForAll(taken => kind is null || kind(taken) != kind(other)))
            {
                wrong.Add(other);
            }
        }

        return wrong.Count == Choices - 1 ? wrong.ConvertAll(candidate => candidate.Continuation) : null;
    }

    private static IEnumerable<(int Index, string Text)> Paragraphs(Document document) => document.Text.Split("\n\n").Select(text => text.Trim()).Index();

    private static bool IsSentence(string text) => text.Length is >= ShortestSentence and <= LongestSentence && text.Trim() == text && text.Count(letter => letter == ' ') >= LeastWords - 1;

    private static bool IsSummary(string line) => line.Length is >= ShortestSummary and <= LongestSummary && line.EndsWith('.');

    private static bool IsMessage(string text) => text.Length is >= ShortestSummary and <= LongestSummary && !text.Contains('\n', StringComparison.Ordinal);

    /// <summary>The space that is nearest to the middle.</summary>
    private static int Middle(string text)
    {
        var (before, after) = (text.LastIndexOf(' ', text.Length / 2), text.IndexOf(' ', text.Length / 2));
        return before < 0 || (after >= 0 && after - (text.Length / 2) < (text.Length / 2) - before) ? after : before;
    }

    [GeneratedRegex(@"(?<=[.!?]) ", RegexOptions.CultureInvariant)]
    private static partial Regex SentenceBorder { get; }

    [GeneratedRegex(@"^[A-Z]\w*(<[\w, ]+>)?\.[A-Z]\w*", RegexOptions.CultureInvariant)]
    private static partial Regex MemberName { get; }

    private sealed record Candidate(Document Document, int Place, string Group, string Text, string Continuation);
}
