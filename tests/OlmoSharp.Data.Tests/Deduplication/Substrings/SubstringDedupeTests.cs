using CsCheck;
using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Tests.Jobs;
using Xunit;

namespace OlmoSharp.Data.Tests.Deduplication.Substrings;

public sealed class SubstringDedupeTests : IDisposable
{
    private const string Rules = "{name: parts, substring: {attribute_name: dup, min_words: 4}}";

    // So many that each may take only a few KB, and the words are in many parts.
    private const string ManyParts = "memory_in_bytes: 1048576\nprocesses: 100";
    private static readonly string[] Words = ["a", "b", "the", "naïve", "Naïve", "犬", "e\u0301", "x1"];
    private static readonly string[] Separators = [" ", " ", " ", ", ", "\n", "—", " 🐕 "];
    private readonly DedupeFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(2, "")]
    [InlineData(5, "")]
    [InlineData(5, ManyParts)]
    [InlineData(12, ManyParts)]
    public void Spans_are_those_of_all_parts_as_strings(int minWords, string more)
    {
        var documents = AddRandom(4, 40, minWords);
        var result = _folder.Run($"{{name: parts, substring: {{attribute_name: dup, min_words: {minWords}}}}}", $"audit: ROOT/removed\n{more}");
        var expected = NaiveSubstrings.Spans(documents, minWords);
        Assert.True(expected.Sum(pair => pair.Value.Count) > 40);
        Assert.Equal(expected, _folder.Spans("parts", "dup"));
        Assert.Equal(expected.Sum(pair => pair.Value.Count), result.Job.Totals["duplicate_spans"]);
        Assert.Equal(expected.Count(pair => pair.Value.Count > 0), result.Job.Totals["documents_with_duplicates"]);
        var texts = documents.ToDictionary(document => document.Id, document => document.Text.EnumerateRunes().ToArray());
        Assert.Equal(
            expected.SelectMany(pair => pair.Value.Select(span => string.Concat(texts[pair.Key][span.Start..span.End]))).Order(),
            Directory.EnumerateFiles(_folder.At("removed"), "*.jsonl*", SearchOption.AllDirectories).SelectMany(DedupeFolder.Lines).Select(line => line.GetProperty("text").GetString()).Order());
    }

    [Fact]
    public void Any_texts_give_what_strings_give() =>
        Gen.Select(Gen.String[Gen.Char["ab é. "], 0, 60].Array[1, 24], Gen.Int[2, 4]).Sample(
            (texts, minWords) =>
            {
                using var folder = new DedupeFolder();
                List<Document> documents = [.. texts.Select((text, number) => DedupeFolder.Document($"{number}", text))];
                folder.Add(documents[..(texts.Length / 2)]);
                folder.Add(documents[(texts.Length / 2)..]);
                folder.Run($"{{name: parts, substring: {{attribute_name: dup, min_words: {minWords}}}}}");
                Assert.Equal(NaiveSubstrings.Spans(documents, minWords), folder.Spans("parts", "dup"));
            },
            iter: 12, threads: 1);

    [Fact]
    public void The_first_occurrence_stays_even_of_what_repeats_itself()
    {
        _folder.AddTexts("go on and on, he said", "x go on and on and so on", "la la la la la la la la la", "Go on and on, he said");
        _folder.Run(Rules);
        var spans = _folder.Spans("parts", "dup");
        Assert.Empty(spans["0-0"]);
        Assert.Equal([new AttributeSpan(2, 14, 1)], spans["0-1"]);
        Assert.Equal([new AttributeSpan(12, 26, 1)], spans["0-2"]);
        Assert.Equal([new AttributeSpan(3, 21, 1)], spans["0-3"]);
    }

    [Fact]
    public void Texts_of_few_words_and_shards_of_no_documents_have_none()
    {
        _folder.Add();
        _folder.AddTexts("", "…", "one", "one two three", "one two three", " one two three four. ");
        _folder.Add();
        _folder.AddTexts("one two three four");
        Assert.Equal(1, _folder.Run(Rules).Job.Totals["duplicate_spans"]);
        Assert.Equal([new AttributeSpan(0, 18, 1)], _folder.Spans("parts", "dup")["3-0"]);
    }

    [Fact]
    public void A_document_that_does_not_fit_is_an_error()
    {
        var path = _folder.AddTexts("a b c", "a b c d e f g h i");
        var message = _folder.Fails(Rules, "memory_in_bytes: 1048576\nprocesses: 4096").Message;
        Assert.Contains($"{path}, document 2: has 9 words, which need 324 bytes", message);
        Assert.Contains("Raise memory_in_bytes or lower processes", message);
    }

    [Fact]
    public void Every_number_of_processes_and_threads_gives_the_same_files()
    {
        AddRandom(5, 20, 4);
        var expected = _folder.Run(Rules, "audit: ROOT/removed");
        var files = _folder.Outputs();
        Assert.DoesNotContain(files.Keys, path => path.Contains(".dedupe", StringComparison.Ordinal) || path.EndsWith(".tmp", StringComparison.Ordinal));
        foreach (var (processes, more) in new[] { (1, "processes: 4"), (2, ""), (3, ManyParts) })
        {
            _folder.RemoveOutputs();
            var results = ThreadGroup.Run(processes, group => _folder.Run(Rules, $"audit: ROOT/removed\n{more}", group));
            Assert.All(results, result => Assert.Equal(expected.Job.Totals, result.Job.Totals));
            Assert.Equal(files, _folder.Outputs());
        }
    }

    [Fact]
    public void A_job_that_is_stopped_anywhere_goes_on_to_the_same_files()
    {
        AddRandom(3, 12, 4);
        _folder.StopAnywhere(Rules);
    }

    [Fact]
    public void A_finished_job_is_not_done_again_until_a_rule_changes()
    {
        AddRandom(3, 5, 4);
        Assert.Equal(0, _folder.Run(Rules).Job.Skipped);
        Assert.Equal(3, _folder.Run(Rules).Job.Skipped);
        Assert.Equal(0, _folder.Run(Rules.Replace("4", "5", StringComparison.Ordinal)).Job.Skipped);
    }

    [Fact]
    public void Lines_in_quarantine_do_not_move_the_others()
    {
        var path = _folder.AddTexts("a b c d e f");
        File.AppendAllText(path, "{\"id\":\"broken\"\n{\"id\":\"0-1\",\"text\":\"- b c d e\",\"source\":\"s\"}\n");
        Assert.Contains($"{path}, line 2", _folder.Fails(Rules).Message);
        Assert.Equal(1, _folder.Run(Rules, quarantine: true).Job.Totals["quarantined"]);
        Assert.Contains("[[2,9,1]]", DedupeFolder.Lines(_folder.At("attributes/parts/s/000.jsonl"))[1].GetRawText());
    }

    /// <summary>Texts of few words, much of them taken from texts before.</summary>
    private List<Document> AddRandom(int shards, int documents, int minWords)
    {
        var random = new Random(minWords);
        List<string> pool = [];
        List<Document> all = [];
        for (var shard = 0; shard < shards; shard++)
        {
            all.AddRange(_folder.AddShard(shard, Enumerable.Range(0, documents).Select(_ =>
            {
                var text = string.Concat(Enumerable.Range(0, random.Next(5)).Select(_ => random.Next(2) == 0 && pool.Count > 0 ? Part(pool[random.Next(pool.Count)]) : Fresh()));
                pool.Add(text);
                return text;
            })));
        }

        return all;

        string Fresh() => string.Concat(Enumerable.Range(0, random.Next(3 * minWords)).Select(_ => Words[random.Next(Words.Length)] + Separators[random.Next(Separators.Length)]));

        string Part(string text)
        {
            string[] elements = [.. text.EnumerateRunes().Select(rune => rune.ToString())];
            var start = random.Next(elements.Length / 2 + 1);
            return string.Concat(elements[start..random.Next(start, elements.Length + 1)].Take(100));
        }
    }
}
