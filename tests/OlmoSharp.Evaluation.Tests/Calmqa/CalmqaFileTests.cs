using System.Text;
using System.Text.Json;
using CsCheck;
using OlmoSharp.Evaluation.Calmqa.Dataset;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.Calmqa;

public sealed class CalmqaFileTests : IDisposable
{
    /// <summary>As the published scripts write: indented by two, nothing escaped that need not be, numbers with their points, no line end at the end.</summary>
    private const string Published = """
        {
          "entries": [
            {
              "question": {
                "name": "wolof:1",
                "type": 5,
                "source": "worker",
                "collector": "684",
                "language": "Wolof",
                "translations": {
                  "Wolof": {
                    "language": "Wolof",
                    "text": "Naka lañuy \"defè\" lël?\n\tA\\b"
                  },
                  "English": {
                    "language": "English",
                    "text": "How’s it done? 😀   \u0001",
                    "prompting_state": {
                      "prompt": "Translate <b>&'+",
                      "model_name": "GPT 4 Turbo",
                      "max_output_tokens": 2048,
                      "other_state": {},
                      "temperature": 0.0,
                      "logprobs": false
                    }
                  }
                },
                "url": "https://example.org/?a=1&b=2",
                "human_evaluated": true,
                "category": "food and drinks",
                "added_later": [
                  1.50,
                  null
                ]
              },
              "answers": [
                {
                  "name": "wolof:1:language.wolof:m",
                  "language": "Wolof",
                  "translations": {
                    "Wolof": {
                      "language": "Wolof",
                      "text": ""
                    }
                  },
                  "prompting_state": {
                    "prompt": "p\n",
                    "model_name": "M",
                    "max_output_tokens": -1,
                    "other_state": {
                      "x": 1e-5
                    },
                    "top_p": 1.0
                  },
                  "option_probs": {
                    "A": 0.250,
                    "B": 0.75
                  }
                }
              ]
            }
          ]
        }
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_read_is_written_again_byte_for_byte()
    {
        var path = Write(Published);
        CalmqaFile.Read(path).Write(_folder.File("again.json"));
        Assert.Equal(File.ReadAllText(path), File.ReadAllText(_folder.File("again.json")));
    }

    [Fact]
    public void The_schema_is_read()
    {
        var entry = Assert.Single(CalmqaFile.Read(Write(Published)).Entries);
        Assert.Equal(QuestionTypes.Cultural | QuestionTypes.LongForm, entry.Question.Type);
        Assert.True(entry.Question.IsCultural);
        Assert.Equal(("Wolof", "food and drinks", true), (entry.Question.Language, entry.Question.Category, entry.Question.HumanEvaluated));
        Assert.Equal("GPT 4 Turbo", entry.Question.Translations["English"].PromptingState!.ModelName);
        var answer = Assert.Single(entry.Answers);
        Assert.Equal(("", "M", -1), (answer.Text, answer.Model, answer.PromptingState.MaxOutputTokens));
        Assert.Equal(0.75, answer.OptionProbs!.Value.GetProperty("B").GetDouble());
    }

    [Fact]
    public void Any_text_survives()
    {
        // Whole characters of every plane; half a pair is no text.
        var text = Gen.Int[0, 0x10FFFF].Where(value => Rune.IsValid(value)).Select(value => new Rune(value).ToString()).Array[0, 20].Select(string.Concat);
        Gen.Select(text, text).Sample((question, answer) =>
        {
            var path = _folder.File("random.json");
            Made.File(Made.Entry(Made.Question("q", "Wolof", question), Made.Answer("a", "Wolof", answer, "m"))).Write(path);
            using var independent = JsonDocument.Parse(File.ReadAllBytes(path));
            var read = CalmqaFile.Read(path).Entries[0];
            return read.Answers[0].Text == answer && read.Question.Translations["Wolof"].Text == question
                && independent.RootElement.GetProperty("entries")[0].GetProperty("answers")[0].GetProperty("translations").GetProperty("Wolof").GetProperty("text").GetString() == answer;
        }, threads: 1, iter: 50);
    }

    [Theory]
    [InlineData("\"name\": \"wolof:1\",", "", "($.entries[0].question)", "'name'")]
    [InlineData("\"type\": 5", "\"type\": \"five\"", ":6 ($.entries[0].question.type)", "could not be converted")]
    [InlineData("\"type\": 5", "\"type\": 7", "entries[0], question \"wolof:1\"", "neither or both")]
    [InlineData("\"language\": \"Wolof\",\n        \"translations\"", "\"language\": \"Afar\",\n        \"translations\"", "question \"wolof:1\"", "no Afar text")]
    [InlineData("\"model_name\": \"M\",", "", "($.entries[0].answers[0].prompting_state)", "model_name")]
    [InlineData("\"source\": \"worker\"", "\"source\": null", "$.entries[0].question.source", "null")]
    [InlineData("\"source\": \"worker\"", "\"source\": \"a\", \"source\": \"b\"", ":7", "source")]
    [InlineData("  ]\n}", "  ]", ":", "")]
    public void An_error_says_where(string old, string changed, string place, string reason)
    {
        Assert.Contains(old, Published, StringComparison.Ordinal);
        var path = Write(Published.Replace(old, changed, StringComparison.Ordinal));
        var error = Assert.Throws<EvaluationException>(() => CalmqaFile.Read(path)).Message;
        Assert.StartsWith(path, error, StringComparison.Ordinal);
        Assert.Contains(place, error, StringComparison.Ordinal);
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.DoesNotContain("OlmoSharp.", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_are_unique_and_files_must_be_there()
    {
        var question = Made.Question("q", "Wolof", "?");
        var path = _folder.File("twice.json");
        Made.File(Made.Entry(question), Made.Entry(question)).Write(path);
        Assert.Contains("entries[1]", Assert.Throws<EvaluationException>(() => CalmqaFile.Read(path)).Message, StringComparison.Ordinal);
        Made.File(Made.Entry(question, Made.Answer("a", "Wolof", "x", "m"), Made.Answer("a", "Wolof", "y", "m"))).Write(path);
        Assert.Contains("answer \"a\"", Assert.Throws<EvaluationException>(() => CalmqaFile.Read(path)).Message, StringComparison.Ordinal);
        Assert.Contains("none.json", Assert.Throws<EvaluationException>(() => CalmqaFile.Read(_folder.File("none.json"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Questions_are_counted_by_language_and_category()
    {
        var agnostic = Made.Question("n", "English", "?", null, QuestionTypes.NonCultural, ("German", "?"));
        CalmqaFile[] files =
        [
            Made.File(Made.Entry(Made.Question("a", "Wolof", "?")), Made.Entry(Made.Question("b", "Wolof", "?", "other"))),
            Made.File(Made.Entry(agnostic, Made.Answer("x", "German", "!", "m"), Made.Answer("y", "German", "!", "k"))),
            Made.File(Made.Entry(agnostic)),
        ];
        Assert.Equal([new("English", 0, 1, 0), new("German", 0, 1, 2), new("Wolof", 2, 0, 0)], CalmqaCounts.ByLanguage(files));
        Assert.Equal([new("(none)", 0, 2, 2), new("history", 1, 0, 0), new("other", 1, 0, 0)], CalmqaCounts.ByCategory(files));
    }

    [Fact]
    public void There_are_23_languages_and_a_wrong_name_is_corrected()
    {
        Assert.Equal(23, CalmqaLanguage.All.Count);
        Assert.Equal(CalmqaLanguage.All.OrderBy(language => language.Name, StringComparer.Ordinal), CalmqaLanguage.All);
        Assert.Equal("run", CalmqaLanguage.Find("kirundi").Code);
        Assert.Contains("Faroese", Assert.Throws<EvaluationException>(() => CalmqaLanguage.Find("Faroes")).Message, StringComparison.Ordinal);
    }

    private string Write(string text)
    {
        var path = _folder.File("file.json");
        File.WriteAllText(path, text);
        return path;
    }
}
