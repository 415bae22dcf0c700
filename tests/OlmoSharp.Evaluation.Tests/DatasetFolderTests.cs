using OlmoSharp.Data.Configuration;
using OlmoSharp.Evaluation.Datasets;
using OlmoSharp.Evaluation.Requests;
using OlmoSharp.Evaluation.Tasks;
using Xunit;

namespace OlmoSharp.Evaluation.Tests;

public class DatasetFolderTests
{
    private const string Piqa = """{"goal": "Warm a room", "sol1": "Close the window.", "sol2": "Open the window.", "label": 0}""";
    private static readonly TaskCatalog Catalog = TaskCatalog.Load();

    [Theory]
    [InlineData("piqa.validation.jsonl")]
    [InlineData("ybisk__piqa.validation.jsonl.gz")]
    [InlineData("PIQA/validation.jsonl")]
    [InlineData("deep/er/piqa/val.jsonl")]
    [InlineData("piqa/data/validation-00000-of-00001.jsonl")]
    [InlineData("piqa__plain_text.validation.jsonl")]
    [InlineData("piqa__none.validation.jsonl")]
    [InlineData("piqa.jsonl")]
    public void A_split_is_found_by_the_names_of_its_dataset(string file)
    {
        using var folder = new TemporaryFolder();
        folder.Write(file, Piqa);
        Assert.Single(Read(folder, "piqa:rc::olmes").Rows);
    }

    [Fact]
    public void A_smaller_draw_is_the_beginning_of_a_larger_ones_file_and_a_larger_one_is_not_in_it()
    {
        using var folder = new TemporaryFolder();
        folder.Write("piqa.olmes3.jsonl", Piqa, Piqa.Replace("Warm", "Cool", StringComparison.Ordinal), Piqa.Replace("Warm", "Air", StringComparison.Ordinal));
        var builder = new RequestBuilder(new DatasetFolder(folder.Path), null);
        var built = builder.Build(Catalog.Find("piqa:rc::olmes", ["shots=0", "limit=2"]));
        Assert.Equal(["Goal: Warm a room\nAnswer:", "Goal: Cool a room\nAnswer:"], built.Requests.Where(request => !request.IsUnconditioned).Select(request => request.Context).Distinct());
        Assert.Equal(3, builder.Build(Catalog.Find("piqa:rc::olmes", ["shots=0", "limit=3"])).Documents.Count);
        Assert.Throws<EvaluationException>(() => builder.Build(Catalog.Find("piqa:rc::olmes", ["shots=0", "limit=4"])));
    }

    [Theory]
    [InlineData("ai2_arc__ARC-Easy.test.jsonl")]
    [InlineData("allenai__ai2_arc__ARC-Easy.test.jsonl")]
    [InlineData("ai2_arc/ARC-Easy/test.jsonl")]
    [InlineData("arc_easy.test.jsonl")]
    public void A_configuration_is_part_of_the_name(string file)
    {
        using var folder = new TemporaryFolder();
        folder.Write(file, """{"id": "a", "question": "Which?", "choices": {"text": ["this", "that"], "label": ["A", "B"]}, "answerKey": "B"}""");
        folder.Write("ai2_arc__ARC-Challenge.test.jsonl", "not this one");
        Assert.Single(Read(folder, "arc_easy:rc::olmes").Rows);
    }

    [Fact]
    public void Shards_are_one_split_in_their_order()
    {
        using var folder = new TemporaryFolder();
        folder.Write("piqa/validation-00001-of-00002.jsonl", Piqa.Replace("Warm", "Second", StringComparison.Ordinal));
        folder.Write("piqa/validation-00000-of-00002.jsonl", Piqa.Replace("Warm", "First", StringComparison.Ordinal));
        Assert.Equal(["First a room", "Second a room"], Read(folder, "piqa:rc::olmes").Rows.Select(row => row.Text("goal")));
    }

    [Theory]
    [InlineData("2 of the 3 files", "validation/part-00000-of-00003.jsonl", "validation/part-00002-of-00003.jsonl")]
    [InlineData("1 of the 3 files", "validation/part-00000-of-00003.jsonl")]
    [InlineData("a.csv, piqa/validation/a.jsonl", "validation/a.jsonl", "validation/a.csv")]
    [InlineData("a.jsonl, piqa/validation/a.jsonl.gz", "validation/a.jsonl", "validation/a.jsonl.gz")]
    [InlineData("a.jsonl, piqa/validation/part-00000-of-00001.jsonl", "validation/a.jsonl", "validation/part-00000-of-00001.jsonl")]
    [InlineData("2 files below", "validation-00000-of-00002.jsonl", "validation.jsonl")]
    [InlineData("2 files below", "validation-00000-of-00002.jsonl", "validation-00001-of-00003.jsonl")]
    [InlineData("2 files below", "validation-00000-of-00002.jsonl", "validation-00002-of-00002.jsonl")]
    [InlineData(null, "validation/b.jsonl", "validation/a.jsonl")]
    [InlineData(null, "validation/part-00000-of-00002.jsonl", "validation/part-00001-of-00002.jsonl")]
    public void Rows_are_there_once_and_all_or_it_is_an_error(string? reason, params string[] files)
    {
        using var folder = new TemporaryFolder();
        foreach (var file in files)
        {
            folder.Write("piqa/" + file, Piqa);
        }

        if (reason is null)
        {
            Assert.Equal(files.Length, Read(folder, "piqa:rc::olmes").Rows.Count);
        }
        else
        {
            Assert.Contains(reason, Assert.Throws<EvaluationException>(() => Read(folder, "piqa:rc::olmes")).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("\"0\"", "a text")]
    [InlineData("0.5", "a number")]
    public void Requests_without_a_document_number_are_an_error(string number, string kind)
    {
        using var folder = new TemporaryFolder();
        folder.Write("piqa.validation.jsonl", $$"""{"request_type": "loglikelihood", "doc": {{Piqa}}, "doc_id": {{number}}}""");
        Assert.Contains($"line 1: \"doc_id\" is {kind}, not a whole number", Assert.Throws<EvaluationException>(() => Read(folder, "piqa:rc::olmes")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Documents_of_a_greater_draw_serve_a_smaller_one_that_is_its_beginning()
    {
        using var folder = new TemporaryFolder();
        folder.Write("squad.olmes1000.jsonl", [.. Enumerable.Range(0, 5).Select(i => $$"""{"id": "{{i}}", "title": "t", "context": "c", "question": "q", "answers": {"text": ["a"] } }""")]);
        folder.Write("naturalqs.olmes1000.jsonl", """{"question": "q", "answer": ["a"]}""");
        // Of 10,570 documents CPython draws 3 and 1000 alike.
        Assert.Equal(["0", "1", "2"], Read(folder, "squad::olmes", "limit=3").Rows.Select(row => row.Text("id")));
        Assert.Equal(5, Read(folder, "squad::olmes").Rows.Count);
        // Of 3,610 not.
        Assert.Single(Read(folder, "naturalqs::olmes").Rows);
        Assert.Contains("naturalqs.olmes1000.jsonl has the 1000 documents that the standard draws, but a draw of 50 does not begin", Assert.Throws<EvaluationException>(() => Read(folder, "naturalqs::olmes", "limit=50")).Message, StringComparison.Ordinal);
        // Another seed draws others, and examples are of another split.
        Assert.Throws<EvaluationException>(() => Read(folder, "squad::olmes", "subsample_seed=1"));
        Assert.Null(new DatasetFolder(folder.Path).TryFind(Catalog.Find("squad::olmes"), "train"));
    }

    [Fact]
    public void Two_files_that_fit_are_an_error_that_a_map_solves()
    {
        using var folder = new TemporaryFolder();
        folder.Write("one/piqa.validation.jsonl", Piqa);
        folder.Write("two/piqa.validation.jsonl", Piqa, Piqa);
        var error = Assert.Throws<EvaluationException>(() => Read(folder, "piqa:rc::olmes"));
        Assert.Contains("one/piqa.validation.jsonl, two/piqa.validation.jsonl", error.Message);
        Assert.Contains("data.yaml", error.Message);

        folder.Write("data.yaml", "files: {piqa/validation: [two/piqa.validation.jsonl]}");
        Assert.Equal(2, Read(folder, "piqa:rc::olmes").Rows.Count);
    }

    [Fact]
    public void A_map_with_an_unknown_key_is_an_error()
    {
        using var folder = new TemporaryFolder();
        folder.Write("data.yaml", "file: {}");
        Assert.Contains("did you mean 'files'?", Assert.Throws<ConfigException>(() => new DatasetFolder(folder.Path)).Message);
    }

    [Fact]
    public void A_missing_split_says_what_was_looked_for()
    {
        using var folder = new TemporaryFolder();
        folder.Write("piqa.train.jsonl", Piqa);
        var error = Assert.Throws<EvaluationException>(() => Read(folder, "piqa:rc::olmes"));
        Assert.Contains("split validation of piqa", error.Message);
        Assert.Contains("piqa.validation, ", error.Message);
        Assert.Contains("{piqa/validation: [FILE]}", error.Message);
    }

    [Fact]
    public void Files_of_all_subsets_give_the_rows_of_one()
    {
        using var folder = new TemporaryFolder();
        folder.Write(
            "mmlu.test.jsonl",
            """{"question": "Q1", "subject": "anatomy", "choices": ["1", "2"], "answer": 0}""",
            """{"question": "Q2", "subject": "astronomy", "choices": ["1", "2"], "answer": 1}""",
            """{"question": "Q3", "subject": "astronomy", "choices": ["1", "2"], "answer": 0}""");
        var rows = Read(folder, "mmlu_astronomy:mc::olmes").Rows;
        Assert.Equal(["Q2", "Q3"], rows.Select(row => row.Text("question")));
        Assert.Equal([0, 1], rows.Select(row => row.Index));
        Assert.Contains("subject = virology", Assert.Throws<EvaluationException>(() => Read(folder, "mmlu_virology:mc::olmes")).Message);
    }

    [Fact]
    public void Splits_of_one_file_are_told_apart_by_their_numbers()
    {
        using var folder = new TemporaryFolder();
        folder.Write("mbpp/mbpp.jsonl", [.. new[] { 3, 11, 510, 511, 700 }.Select(id => $$"""{"task_id": {{id}}, "text": "t", "code": "c", "test_list": []}""")]);
        Assert.Equal([11, 510], Read(folder, "mbpp::none").Rows.Select(row => row.Field("task_id").GetInt32()));
        Assert.Equal([3], SplitRows.Read(new DatasetFolder(folder.Path), Catalog.Find("mbpp::none"), "prompt").Rows.Select(row => row.Field("task_id").GetInt32()));
    }

    [Fact]
    public void An_object_with_a_list_in_it_and_a_table_are_read()
    {
        using var folder = new TemporaryFolder();
        folder.Write("bbh/navigate.json", """{"canary": "no", "examples": [{"input": "Turn left.", "target": "No"}, {"input": "Stay.", "target": "Yes"}]}""");
        Assert.Equal(["No", "Yes"], Read(folder, "bbh_navigate:cot::olmes").Rows.Select(row => row.Text("target")));

        folder.Write(
            "truthfulqa/TruthfulQA.csv",
            "Type,Category,Question,Best Answer,Correct Answers,Incorrect Answers,Source",
            "Adversarial,Law,\"Is it \"\"so\"\", really?\",No,No; It is not.,Yes; Always,x");
        var row = Assert.Single(Read(folder, "truthfulqa::olmo1").Rows);
        Assert.Equal("Is it \"so\", really?", row.Text("Question"));
    }

    [Fact]
    public void A_file_of_requests_stands_for_its_documents()
    {
        using var folder = new TemporaryFolder();
        folder.Write(
            "openbookqa.test.jsonl",
            """{"request_type": "loglikelihood", "doc": {"id": "7", "query": "Question: Snow is\nAnswer:", "choices": ["cold", "hot"], "gold": 0}, "request": {"context": "", "continuation": " cold"}, "idx": 0, "doc_id": 0}""",
            """{"request_type": "loglikelihood", "doc": {"id": "7", "query": "Question: Snow is\nAnswer:", "choices": ["cold", "hot"], "gold": 0}, "request": {"context": "", "continuation": " hot"}, "idx": 1, "doc_id": 0}""",
            """{"request_type": "loglikelihood", "doc": {"id": "7", "query": "Question: Snow is\nAnswer:", "choices": ["cold", "hot"], "gold": 0}, "request": {"context": "", "continuation": " hot"}, "idx": 1, "doc_id": 1000000}""");
        var built = new RequestBuilder(new DatasetFolder(folder.Path), null).Build(Catalog.Find("openbookqa:mc::olmes", ["shots=0"]));
        Assert.Equal(["Question: Snow is\n A. cold\n B. hot\nAnswer:"], built.Requests.Select(request => request.Context).Distinct());
    }

    [Theory]
    [InlineData("""{"goal": "g", "sol1": "a", "label": 0}""", "line 2: the row is of none of the forms")]
    [InlineData("""{"goal": "g", "sol1": "a", "sol2": ["b"], "label": 3}""", "line 2: the right choice is number 3 from 0, but there are 2")]
    [InlineData("""{"goal": "g", "sol1": "a", "sol2": {"b": 1}, "label": 0}""", "line 2: {sol2}: an object where a text is needed")]
    [InlineData("""{"goal": "g", "sol1": "a", "sol2": "b", "label": "x"}""", "line 2: \"x\" does not say which choice is right")]
    [InlineData("""{"goal": "g", "sol1": " ", "sol2": "b", "label": 0}""", "line 2: choice 1 of 2 is empty")]
    [InlineData("""{"goal": "g", "sol1": "a" """, "line 2: invalid JSON")]
    [InlineData("""["goal"]""", "line 2: the item is not a JSON object")]
    public void Broken_rows_are_errors_with_file_and_line(string row, string expected)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("piqa.validation.jsonl", Piqa, row);
        var error = Assert.Throws<EvaluationException>(() => new RequestBuilder(new DatasetFolder(folder.Path), null).Build(Catalog.Find("piqa:rc::olmes", ["shots=0"])));
        Assert.Contains(file, error.Message);
        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public void One_choice_is_no_choice()
    {
        using var folder = new TemporaryFolder();
        folder.Write("csqa.validation.jsonl", """{"id": "a", "question": "Which?", "choices": {"text": ["this"], "label": ["A"]}, "answerKey": "A"}""");
        var error = Assert.Throws<EvaluationException>(() => new RequestBuilder(new DatasetFolder(folder.Path), null).Build(Catalog.Find("csqa:rc::olmes", ["shots=0"])));
        Assert.Contains("line 1: it has 1 choice, where at least two are needed", error.Message);
    }

    [Fact]
    public void A_damaged_archive_is_an_error()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("piqa.validation.jsonl.gz", Piqa, Piqa, Piqa);
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..^6]);
        Assert.Contains("damaged or truncated", Assert.Throws<EvaluationException>(() => Read(folder, "piqa:rc::olmes")).Message);
    }

    [Fact]
    public void Few_shot_files_are_checked()
    {
        using var folder = new TemporaryFolder();
        var good = FewshotFile.Read(folder.Write("good.json", """{"OLMES:piqa": [{"goal": "g", "sol1": "a"}]}"""));
        var same = FewshotFile.Read(folder.Write("same.json", """{"OLMES:piqa":[{"sol1":"a","goal":"g"}]}"""));
        var other = FewshotFile.Read(folder.Write("other.json", """{"OLMES:piqa": [{"goal": "h", "sol1": "a"}]}"""));
        Assert.Equal(good.Sha256("OLMES:piqa"), same.Sha256("OLMES:piqa"));
        Assert.NotEqual(good.Sha256("OLMES:piqa"), other.Sha256("OLMES:piqa"));
        Assert.False(good.IsPublished("OLMES:piqa"));
        Assert.Null(FewshotFile.Read(folder.Write("mine.json", """{"mine": []}""")).IsPublished("mine"));
        Assert.Contains("did you mean OLMES:piqa?", Assert.Throws<EvaluationException>(() => good.Rows("OLMES:pika")).Message);
        Assert.Contains("not a list of examples", Assert.Throws<EvaluationException>(() => FewshotFile.Read(folder.Write("bad.json", """{"a": {"b": 1}}"""))).Message);
        Assert.Contains("invalid JSON", Assert.Throws<EvaluationException>(() => FewshotFile.Read(folder.Write("broken.json", "{"))).Message);
    }

    private static SplitRows Read(TemporaryFolder folder, string task, params string[] settings)
    {
        var spec = Catalog.Find(task, settings);
        return SplitRows.Read(new DatasetFolder(folder.Path), spec, spec.Split);
    }
}
