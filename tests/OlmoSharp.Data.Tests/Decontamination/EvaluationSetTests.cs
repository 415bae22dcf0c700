using System.IO.Compression;
using System.Text;
using OlmoSharp.Data.Configuration;
using OlmoSharp.Data.Decontamination.Config;
using OlmoSharp.Data.Decontamination.Evaluations;
using OlmoSharp.Data.Queries;
using Xunit;

namespace OlmoSharp.Data.Tests.Decontamination;

public sealed class EvaluationSetTests : IDisposable
{
    private const string Rows = """
        {"key":"q-1","doc":{"question":"Who?","year":1999},"answers":["Ann","Bob"],"context":"Ann and Bob."}

        {"key":"q-2","doc":{"question":"Whö?","year":7},"answers":null,"context":null}

        """;

    private const string Fields = "question: [doc.question, doc.year], answer: answers, passage: context, id: key";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a.jsonl", "line 1", "line 3")]
    [InlineData("a.jsonl.gz", "line 1", "line 3")]
    [InlineData("a.json", "item 1", "item 2")]
    [InlineData("a.parquet", "line 1", "line 2")]
    public void Items_are_the_same_in_every_format(string file, string first, string second)
    {
        var path = _folder.At(file);
        var array = $"[{string.Join(",\n", Rows.Split('\n', StringSplitOptions.RemoveEmptyEntries))}]";
        switch (file)
        {
            case "a.jsonl.gz":
                using (var gzip = new GZipStream(File.Create(path), CompressionLevel.Fastest))
                {
                    gzip.Write(Encoding.UTF8.GetBytes(Rows));
                }

                break;
            case "a.parquet":
                var json = _folder.Write("rows.json", array);
                using (var query = new DataQuery([], []))
                {
                    query.Run($"copy (select * from read_json('{json}')) to '{path}'", TestContext.Current.CancellationToken);
                }

                break;
            default:
                File.WriteAllText(path, file == "a.json" ? array : Rows);
                break;
        }

        var items = Read(Fields, path);
        Assert.Equal(("q-1", $"{path}, {first}", "Who?\n1999", "Ann and Bob."), (items[0].Id, items[0].Place, items[0].Question, items[0].Passage));
        Assert.Equal(("q-2", $"{path}, {second}", "Whö?\n7", null), (items[1].Id, items[1].Place, items[1].Question, items[1].Passage));
        Assert.Equal(["Ann", "Bob"], items[0].Answers);
        Assert.Empty(items[1].Answers);
    }

    [Fact]
    public void A_list_inside_an_object_and_a_passage_without_question_are_read()
    {
        var path = _folder.Write("a.json", """{"canary": "x", "data": {"examples": [{"text": "One.", "a.b": true}, {"text": ["Two.", "Three."], "a.b": 0.50}]}}""");
        var items = Read("rows: data.examples, passage: text, answer: a.b", path);
        Assert.Equal([("1", "One.", "true"), ("2", "Two.\nThree.", "0.50")], items.Select(item => (item.Id, item.Question, item.Answers[0])));
        Assert.All(items, item => Assert.Null(item.Passage));
    }

    [Theory]
    [InlineData("choices: c, answer: a", """{"q":"","c":["x","y"],"a":1}""", "y")]
    [InlineData("choices: c, answer: a", """{"q":"","c":["x","y"],"a":"B"}""", "y")]
    [InlineData("choices: c, answer: a", """{"q":"","c":["x","y"],"a":"y"}""", "y")]
    [InlineData("choices: [x, y], first_choice: 1, answer: a", """{"q":"","x":"one","y":"two","a":"2"}""", "two")]
    [InlineData("choices: c.text, labels: c.label, answer: a", """{"q":"","c":{"text":["x","y"],"label":["1","2"]},"a":"2"}""", "y")]
    [InlineData("answer: a, answer_after: '####'", """{"q":"","a":"2 + 2 #### 4"}""", "2 + 2 #### 4| 4")]
    [InlineData("answer: a, answer_after: '####'", """{"q":"","a":"4"}""", "4")]
    [InlineData("answer: a.1.text", """{"q":"","a":[{},{"text":["p","p","r"]}]}""", "p|r")]
    public void Answers_are_what_the_fields_lead_to(string fields, string row, string answers) =>
        Assert.Equal(answers.Split('|'), Assert.Single(Read("question: q, " + fields, _folder.Write("a.jsonl", row))).Answers);

    [Theory]
    [InlineData("question: q", "{\"q\":\"x\"}\n{\"question\":\"y\",\"id\":1}", "a.jsonl, line 2: the item has no \"q\"; it has question, id.")]
    [InlineData("question: q", "{\"q\":\"x\"}\n{\"q\":", "a.jsonl, line 2: invalid JSON")]
    [InlineData("question: q", "{\"q\":\"x\"}\n7", "a.jsonl, line 2: the item is not a JSON object")]
    [InlineData("question: q", "{\"q\":{\"text\":\"x\"}}", "\"q\" is not a text or a list of texts; name a field inside it, as in q.text")]
    [InlineData("question: q", "{\"q\":\"\\ud800\"}", "not valid Unicode")]
    [InlineData("question: q", "", "evaluation set: there is no item")]
    [InlineData("question: q, rows: items", "{\"q\":1}", "has no \"items\"; it has q.")]
    [InlineData("question: q, rows: q", "{\"q\":1}", "\"q\" is no list of items")]
    [InlineData("question: q, answer: a, choices: c", "{\"q\":1,\"a\":3,\"c\":[\"x\",\"y\"]}", "the answer \"3\" is none of the 2 choices")]
    [InlineData("question: q, answer: a, choices: c, labels: l", "{\"q\":1,\"a\":\"C\",\"c\":[\"x\",\"y\"],\"l\":[\"A\",\"B\"]}", "whose labels are A, B")]
    public void What_is_wrong_with_an_item_is_said_with_its_place(string fields, string content, string message) =>
        Assert.Contains(message, Assert.Throws<DataException>(() => Read(fields, _folder.Write("a.jsonl", content))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_that_cannot_be_read_is_an_error()
    {
        Assert.Contains("there are no documents here", Assert.Throws<DataException>(() => Read("question: q", _folder.At("none.jsonl"))).Message, StringComparison.Ordinal);
        var path = _folder.At("a.jsonl.gz");
        using (var gzip = new GZipStream(File.Create(path), CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 500).Select(number => $"{{\"q\":\"{number}\"}}\n"))));
        }

        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^20]);
        Assert.Contains("a.jsonl.gz: the file is damaged or truncated", Assert.Throws<DataException>(() => Read("question: q", path)).Message, StringComparison.Ordinal);
        Assert.Contains("invalid UTF-8 at byte 6", Assert.Throws<DataException>(() => Read("question: q", _folder.Write("b.jsonl", [.. "{\"q\":\""u8, 0xFF, .. "\"}"u8]))).Message, StringComparison.Ordinal);
        Assert.Contains("damaged", Assert.Throws<DataException>(() => Read("question: q", _folder.Write("c.parquet", "PAR1"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("answer: a", "there is nothing to look for")]
    [InlineData("question: q, choices: c", "is needed by choices and answer_after")]
    [InlineData("question: q, labels: l", "is needed by labels and first_choice")]
    [InlineData("question: q, answr: a", "did you mean 'answer'?")]
    public void A_config_that_cannot_work_is_refused(string fields, string message) =>
        Assert.Contains(message, Assert.Throws<ConfigException>(() => Config(fields, "a.jsonl")).Message, StringComparison.Ordinal);

    private static IReadOnlyList<EvaluationItem> Read(string fields, string path) => EvaluationSet.Read(Config(fields, path)).Items;

    private static EvaluationConfig Config(string fields, string path) => ConfigReader.ReadText<EvaluationConfig>($"{{name: set, files: '{path}', {fields}}}", "c.yaml");
}
