using OlmoSharp.Data.Documents;
using OlmoSharp.Evaluation.Corpora;
using OlmoSharp.Evaluation.Datasets;
using OlmoSharp.Evaluation.Requests;
using OlmoSharp.Evaluation.Tasks;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.Corpora;

public class CorpusQuestionsTests
{
    private static readonly List<Document> Documents =
    [
        .. Enumerable.Range(0, 12).Select(i => new Document
        {
            Id = $"Room.Type{i}",
            Source = "docs",
            Text = $"""
                # Type{i}
                Namespace: Room

                Holds the {Word(i)} things that the other rooms have no place for on {Word(i + 3)} days.

                Type{i}.Add{Word(i)}(int count)
                Adds so many {Word(i)} things, and throws where there is no {Word(i + 3)} place left.
                Parameters:
                - count: How many {Word(i)} things there are to be added at once to the {Word(i + 3)} room.

                Type{i}.Clear
                Takes all {Word(i)} things away.
                """,
        }),
        .. new[] { "de", "en", "fr", "tr", "ja" }.SelectMany(language => Enumerable.Range(0, 2).Select(i => new Document
        {
            Id = $"App/{language}/{i}",
            Source = $"messages-{language}",
            Text = string.Join("\n\n", Enumerable.Range(0, 5).Select(message => $"{language} {language} message {i}{message} of the app says {message * 7}")),
        })),
    ];

    [Fact]
    public void Second_halves_are_of_other_documents_of_the_source_and_the_right_one_is_the_sentences_own()
    {
        var questions = new CorpusQuestions(Documents).Continuations(1000);
        // Four sentences of eight words or more in each type, without the one that is too short, and none in the messages.
        Assert.Equal(12 * 3, questions.Count);
        Assert.All(questions, question =>
        {
            Sound(question);
            var document = Documents.Single(document => question.Id.StartsWith($"{document.Source}/{document.Id}#", StringComparison.Ordinal));
            Assert.Contains($"{question.Question} {question.Choices[question.Answer]}\n", document.Text + "\n", StringComparison.Ordinal);
            Assert.All(question.Choices.Where((_, place) => place != question.Answer), choice => Assert.DoesNotContain(choice, document.Text, StringComparison.Ordinal));
            Assert.InRange(question.Question.Length, question.Choices[question.Answer].Length / 2, 2 * question.Choices[question.Answer].Length);
        });
    }

    [Fact]
    public void Summaries_are_those_of_members_of_other_types()
    {
        var questions = new CorpusQuestions(Documents).Members(1000);
        Assert.Equal(24, questions.Count);
        Assert.All(questions, question =>
        {
            Sound(question);
            Assert.Contains(Documents, document => document.Text.Contains($"{question.Question}\n{question.Choices[question.Answer]}", StringComparison.Ordinal));
        });
    }

    [Fact]
    public void Messages_are_of_four_languages()
    {
        var questions = new CorpusQuestions(Documents).Languages(1000);
        Assert.Equal(5 * 2 * 4, questions.Count);
        Assert.All(questions, question =>
        {
            Sound(question);
            var languages = question.Choices.Select(choice => choice[..2]).ToList();
            Assert.Equal(4, languages.Distinct().Count());
            Assert.Equal(question.Question[..2], languages[question.Answer]);
        });
    }

    [Fact]
    public void The_same_documents_in_any_order_give_the_same_questions_and_a_limit_takes_the_first()
    {
        var all = new CorpusQuestions(Documents).Continuations(1000).Select(Text).ToList();
        Assert.Equal(all, new CorpusQuestions(Documents.AsEnumerable().Reverse()).Continuations(1000).Select(Text));
        Assert.Equal(all.Take(5), new CorpusQuestions(Documents).Continuations(5).Select(Text));
        // A document alone gives wrong halves itself, where it has four sentences.
        Assert.Empty(new CorpusQuestions(Documents.Take(1)).Continuations(5));
        Assert.Equal(9, new CorpusQuestions(Documents.Take(3)).Continuations(1000).Count);
        // Each place about as often as the others: of 36, 9 each on average.
        Assert.All(new CorpusQuestions(Documents).Continuations(1000).GroupBy(question => question.Answer), group => Assert.InRange(group.Count(), 2, 20));
    }

    [Theory]
    [InlineData("corpus_continuation", " ")]
    [InlineData("corpus_member", "\n")]
    [InlineData("corpus_language", "\n\n")]
    public void The_recipes_of_the_quickstart_read_what_is_written(string name, string border)
    {
        using var folder = new TemporaryFolder();
        var questions = new CorpusQuestions(Documents);
        var made = name switch { "corpus_continuation" => questions.Continuations(7), "corpus_member" => questions.Members(7), _ => questions.Languages(7) };
        CorpusQuestions.Write(folder.File($"{name}.heldout.jsonl"), made);
        var task = new RequestBuilder(new DatasetFolder(folder.Path), null).Build(TaskCatalog.Load(Recipes).Find(name));
        Assert.Equal(7, task.Documents.Count);
        Assert.Equal(
            made.SelectMany(question => question.Choices.Select(choice => (question.Question, border + choice))),
            task.Requests.Select(request => (request.Context, request.Continuation!)));
        Assert.Equal(made.Select(question => question.Answer), task.Requests.DistinctBy(request => request.DocumentId).Select(request => request.Label!.Value.GetInt32()));
    }

    private static string Recipes
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "OlmoSharp.slnx")))
            {
                folder = folder.Parent!;
            }

            return Path.Combine(folder.FullName, "recipes", "quickstart", "tasks");
        }
    }

    private static string Word(int i) => ((string[])["round", "flat", "heavy", "light", "warm", "cold", "narrow", "wide", "old", "new", "soft", "hard"])[i % 12];

    private static string Text(ChoiceQuestion question) => $"{question.Id} {question.Question} {string.Join('|', question.Choices)} {question.Answer}";

    private static void Sound(ChoiceQuestion question)
    {
        Assert.Equal(4, question.Choices.Distinct().Count());
        Assert.InRange(question.Answer, 0, 3);
    }
}
