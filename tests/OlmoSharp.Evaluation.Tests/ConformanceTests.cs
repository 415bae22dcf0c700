using System.Text.Json;
using System.Text.Json.Nodes;
using OlmoSharp.Evaluation.Conformance;
using OlmoSharp.Evaluation.Datasets;
using OlmoSharp.Evaluation.Requests;
using OlmoSharp.Evaluation.Tasks;
using Xunit;

namespace OlmoSharp.Evaluation.Tests;

public sealed class ConformanceTests : IDisposable
{
    private static readonly TaskCatalog Catalog = TaskCatalog.Load();
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("requests.jsonl")]
    [InlineData("requests.jsonl.gz")]
    public void Our_own_requests_conform(string name)
    {
        var (reference, data) = Reference("piqa:rc::olmes", name, "shots=0");
        var result = Check(data).Compare(reference, overrides: ["shots=0"]);
        Assert.Equal((8, 0), (result.Compared, result.Mismatches));
        Assert.Equal("piqa.validation", result.Documents);
    }

    [Fact]
    public void A_changed_character_is_found_with_its_place()
    {
        var (reference, data) = Reference("piqa:rc::olmes", "requests.jsonl", "shots=0");
        Change(reference, 1, row => row["request"]!["context"] = "Goal: G0\tx\nAnswer:");
        Change(reference, 2, row => row["label"] = 1);
        Change(reference, 3, row => row["request"]!["continuation"] = " c");
        var result = Check(data).Compare(reference, overrides: ["shots=0"]);
        Assert.Equal((8, 3), (result.Compared, result.Mismatches));
        var first = result.Differences[0];
        Assert.Equal(($"{reference}, line 1", 0, 0, "context", 8), (first.Place, first.DocumentId, first.Index, first.Field, first.FirstDifference));
        Assert.Equal("\"Goal: G0\\tx\\nAnswer:\"", first.ExpectedExcerpt);
        Assert.Equal("\"Goal: G0\\nAnswer:\"", first.ActualExcerpt);
        Assert.Equal(["context", "label", "continuation"], result.Differences.Select(difference => difference.Field));
    }

    [Fact]
    public void A_missing_and_an_extra_request_are_found()
    {
        var (reference, data) = Reference("piqa:mc::olmes", "requests.jsonl", "shots=0");
        File.WriteAllLines(reference, File.ReadAllLines(reference).Where((_, line) => line != 1).Append(File.ReadAllLines(reference)[0].Replace("\"idx\":0", "\"idx\":5", StringComparison.Ordinal)));
        var result = Check(data).Compare(reference, overrides: ["shots=0"]);
        Assert.Equal(["order", "order", "missing", "extra"], result.Differences.Select(difference => difference.Field));
        Assert.Equal((3, 4), (result.Compared, result.Mismatches));
    }

    [Fact]
    public void The_config_beside_a_file_says_task_and_settings()
    {
        var (reference, data) = Reference("piqa:mc::inloop_val_5shot", "requests.jsonl", "shots=0");
        Change(reference, 1, row => row["task_name"] = "whatever");
        File.WriteAllText(
            Path.Combine(Path.GetDirectoryName(reference)!, "config.json"),
            """{"task_name": "piqa:mc", "task_config": {"task_name": "piqa:mc", "task_core": "piqa", "limit": 1000000, "split": "validation", "num_shots": 0, "metadata": {"alias": "piqa:mc::olmes"}, "context_kwargs": {}}}""");
        var result = Check(data).Compare(reference);
        Assert.Equal((4, 0), (result.Compared, result.Mismatches));
        Assert.Equal(("piqa:mc::olmes", 1000000, 0), (result.Spec.Name, result.Spec.Limit, result.Spec.Shots));
    }

    [Fact]
    public void Without_a_config_the_regime_that_explains_most_is_taken()
    {
        var (reference, data) = Reference("piqa:rc::inloop_0shot", "requests.jsonl");
        for (var line = 1; line <= 8; line++)
        {
            Change(reference, line, row => row["task_name"] = "piqa");
        }

        var result = Check(data).Compare(reference);
        Assert.Equal((8, 0), (result.Compared, result.Mismatches));
        Assert.Equal(0, result.Spec.Shots);
    }

    [Fact]
    public void Without_data_the_references_own_documents_are_taken()
    {
        var reference = _folder.Write("elsewhere/requests.jsonl", [.. new[] { " cold", " hot" }.Select((continuation, index) => JsonSerializer.Serialize(new
        {
            request_type = "loglikelihood",
            doc = new { id = "7", query = "Question: Snow is\n A. cold\n B. hot\nAnswer:", choices = new[] { "A", "B" }, gold = 0 },
            request = new { context = "Question: Fire is\n A. cold\n B. hot\nAnswer: B\n\nQuestion: Snow is\n A. cold\n B. hot\nAnswer:", continuation = index == 0 ? " A" : " B" },
            idx = index,
            task_name = "csqa:mc",
            doc_id = 0,
            native_id = "7",
            label = 0,
        }))]);
        var result = new ConformanceCheck(Catalog, null, null).Compare(reference, "csqa:mc::olmes", ["shots=1"]);
        Assert.Equal((2, 0), (result.Compared, result.Mismatches));
        Assert.Equal("the reference's own documents", result.Documents);
        Assert.Equal("the reference's own (not compared)", result.Examples);
    }

    [Theory]
    [InlineData("""{"doc_id": 0}""", "line 1: it is no request")]
    [InlineData("""{"doc_id": 0, "request": {"context": "c"}, "task_name": "chess"}""", "no task is known as \"chess\"")]
    [InlineData("", "there are no requests in it")]
    public void Files_that_are_no_reference_are_errors(string line, string expected) =>
        Assert.Contains(expected, Assert.Throws<EvaluationException>(() => new ConformanceCheck(Catalog, null, null).Compare(_folder.Write("r.jsonl", line))).Message);

    [Fact]
    public void An_excerpt_shows_what_cannot_be_seen()
    {
        var difference = new RequestDifference("f", 0, 0, "context", new string('a', 100) + "\u00A0\u200Bé\"" + new string('b', 100), new string('a', 100) + " ");
        Assert.Equal(100, difference.FirstDifference);
        Assert.Equal($"…\"{new string('a', 40)}\\u00A0\\u200Bé\\\"{new string('b', 36)}\"…", difference.ExpectedExcerpt);
        Assert.Equal($"…\"{new string('a', 40)} \"", difference.ActualExcerpt);
    }

    private static ConformanceCheck Check(DatasetFolder data) => new(Catalog, data, null);

    private (string Reference, DatasetFolder Data) Reference(string task, string name, params string[] overrides)
    {
        _folder.Write("data/piqa.validation.jsonl", [.. Enumerable.Range(0, 2).Select(id => $$"""{"goal": "G{{id}}", "sol1": "a", "sol2": "b", "label": 0}""")]);
        var data = new DatasetFolder(Path.Combine(_folder.Path, "data"));
        var path = Path.Combine(_folder.Path, "reference", name);
        RequestJson.Write([new RequestBuilder(data, null).Build(Catalog.Find(task, overrides))], path);
        return (path, data);
    }

    private static void Change(string path, int line, Action<JsonNode> change)
    {
        var lines = File.ReadAllLines(path);
        var row = JsonNode.Parse(lines[line - 1])!;
        change(row);
        lines[line - 1] = row.ToJsonString();
        File.WriteAllLines(path, lines);
    }
}
