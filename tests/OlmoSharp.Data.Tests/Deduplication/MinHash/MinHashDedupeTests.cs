using System.Text;
using CsCheck;
using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Deduplication.MinHash;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Tests.Jobs;
using Xunit;

namespace OlmoSharp.Data.Tests.Deduplication.MinHash;

public sealed class MinHashDedupeTests : IDisposable
{
    private const string Near = "{name: near, minhash: {attribute_name: dup}}";
    private const string NearLongest = "{name: near, minhash: {attribute_name: dup, keep: longest, threshold: 0.6, bands: 20, rows: 4}}";
    private readonly DedupeFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Near_copies_are_joined_and_nothing_else()
    {
        var documents = AddFamilies(3, 40);
        _folder.Run("{name: near, minhash: {attribute_name: dup, bands: 25, rows: 5, threshold: 0.7}}");
        var removed = Removed();
        var ngrams = documents.Select(document => NaiveSimilarity.Ngrams(document.Text, 5)).ToList();
        var (certain, alone) = (0, 0);
        for (var later = 0; later < documents.Count; later++)
        {
            var similarities = Enumerable.Range(0, later).Select(earlier => NaiveSimilarity.Jaccard(ngrams[earlier], ngrams[later])).DefaultIfEmpty(0).ToList();
            if (similarities.Max() >= 0.88)
            {
                certain++;
                Assert.Contains(documents[later].Id, removed);
            }

            // The estimate's standard deviation is at most 0.045.
            if (similarities.Max() < 0.45)
            {
                alone++;
                Assert.DoesNotContain(documents[later].Id, removed);
            }
        }

        Assert.True(certain > 10 && alone > 10);
    }

    [Theory]
    [InlineData(14, 8, 0, "first")]
    [InlineData(14, 8, 0, "longest")]
    [InlineData(30, 2, 0.5, "first")]
    [InlineData(10, 1, 0.8, "longest")]
    public void Clusters_are_the_closure_of_shared_bands(int bands, int rows, double threshold, string keep)
    {
        var documents = AddFamilies(4, 25);
        FormattableString rules = $"{{name: near, minhash: {{attribute_name: dup, ngram: 3, bands: {bands}, rows: {rows}, threshold: {threshold}, keep: {keep}, seed: 9}}}}";
        var result = _folder.Run(FormattableString.Invariant(rules), "audit: ROOT/removed");

        var signer = new MinHashSigner(3, bands * rows, 9);
        var signatures = documents.Select(document =>
        {
            var signature = new uint[bands * rows];
            return signer.TrySign(Encoding.UTF8.GetBytes(document.Text), signature) ? signature : null;
        }).ToList();
        List<(int, int)> pairs = [];
        for (var band = 0; band < bands; band++)
        {
            var buckets = Enumerable.Range(0, documents.Count).Where(i => signatures[i] is not null)
                .GroupBy(i => string.Join(',', signatures[i]!.Skip(band * rows).Take(rows)));
            pairs.AddRange(buckets.SelectMany(bucket => bucket.Skip(1).Select(other => (bucket.First(), other)))
                .Where(pair => signatures[pair.Item1]!.Zip(signatures[pair.other]!).Count(both => both.First == both.Second) / (double)(bands * rows) >= threshold));
        }

        var clusters = Closure(documents.Count, pairs);
        var kept = clusters.ToDictionary(cluster => cluster, cluster => keep == "first" ? cluster[0] : cluster.OrderByDescending(i => Encoding.UTF8.GetByteCount(documents[i].Text)).ThenBy(i => i).First());
        var expected = kept.SelectMany(pair => pair.Key.Where(i => i != pair.Value).Select(i => (Document: documents[i].Id, Kept: documents[pair.Value].Id))).ToDictionary();
        Assert.True(expected.Count > 20);
        Assert.Equal(expected.Keys.Order(), Removed().Order());
        Assert.Equal(expected.Count, result.Job.Totals["duplicate_documents"]);
        Assert.Equal(clusters.Count(cluster => cluster.Count > 1), result.Job.Totals["clusters"]);
        Assert.Equal(
            clusters.Where(cluster => cluster.Count > 1).SelectMany(cluster => cluster.Select(i => (documents[i].Id, Span: new AttributeSpan(0, documents[i].Text.EnumerateRunes().Count(), cluster.Count)))).ToDictionary(),
            Rows().Where(row => row.Value.Size is not null).ToDictionary(row => row.Key, row => row.Value.Size!.Value));
        var audit = Directory.EnumerateFiles(_folder.At("removed"), "*.jsonl*", SearchOption.AllDirectories).SelectMany(DedupeFolder.Lines)
            .ToDictionary(line => line.GetProperty("id").GetString()!, line => line.GetProperty("kept").GetProperty("id").GetString()!);
        Assert.Equal(expected, audit);
    }

    [Fact]
    public void Documents_that_say_nothing_are_like_no_other_and_short_ones_like_their_equals()
    {
        _folder.AddTexts("", "", "-- …", "-- …", "Two words", "two, words!", "two other words", "é", "É");
        var result = _folder.Run(Near);
        Assert.Equal(["0-5", "0-8"], Removed());
        Assert.Equal(4, result.Job.Totals["passed_over_no_words"]);
        Assert.Equal([new AttributeSpan(0, 11, 1)], Rows()["0-5"].Spans);
        Assert.Empty(Rows()["0-4"].Spans);
        _folder.Run(Near.Replace("}}", "}, min_words: 2}", StringComparison.Ordinal));
        Assert.Equal(["0-5"], Removed());
        Assert.Equal(4, _folder.Run(Near.Replace("}}", "}, min_length: 3}", StringComparison.Ordinal)).Job.Totals["passed_over_short"]);
    }

    [Fact]
    public void Shards_without_documents_are_passed_by()
    {
        _folder.Add();
        _folder.AddTexts("a b c d e f g");
        _folder.Add();
        _folder.Add();
        _folder.AddTexts("A b c d e f g", "A b c d e f g. ");
        Assert.Equal(2, _folder.Run(Near, "audit: ROOT/removed").Job.Totals["duplicate_documents"]);
        Assert.Equal(["1-0", "1-0"], DedupeFolder.Lines(_folder.At("removed/s/004.jsonl.gz")).Select(line => line.GetProperty("kept").GetProperty("id").GetString()));
        Assert.Equal(2, _folder.Run(NearLongest, "audit: ROOT/removed").Job.Totals["duplicate_documents"]);
        Assert.Equal(["4-1"], DedupeFolder.Lines(_folder.At("removed/s/001.jsonl.gz")).Select(line => line.GetProperty("kept").GetProperty("id").GetString()));
    }

    [Theory]
    [InlineData(Near)]
    [InlineData(NearLongest)]
    public void Every_number_of_processes_and_threads_gives_the_same_files(string rules)
    {
        AddFamilies(5, 24);
        var expected = _folder.Run(rules, "audit: ROOT/removed");
        Assert.True(expected.Job.Totals["duplicate_documents"] > 10);
        var files = _folder.Outputs();
        Assert.DoesNotContain(files.Keys, path => path.Contains(".dedupe", StringComparison.Ordinal) || path.EndsWith(".tmp", StringComparison.Ordinal));
        foreach (var (processes, threads) in new[] { (1, 4), (2, 1), (3, 2) })
        {
            _folder.RemoveOutputs();
            var results = ThreadGroup.Run(processes, group => _folder.Run(rules, $"audit: ROOT/removed\nprocesses: {threads}", group));
            Assert.All(results, result => Assert.Equal(expected.Job.Totals, result.Job.Totals));
            Assert.Equal(files, _folder.Outputs());
        }
    }

    [Fact]
    public void A_job_that_is_stopped_anywhere_goes_on_to_the_same_files()
    {
        AddFamilies(3, 5);
        _folder.StopAnywhere(NearLongest);
    }

    [Fact]
    public void A_finished_job_is_not_done_again_until_a_rule_changes()
    {
        AddFamilies(3, 5);
        Assert.Equal(0, _folder.Run(Near).Job.Skipped);
        Assert.Equal(3, _folder.Run(Near).Job.Skipped);
        foreach (var change in new[] { "ngram: 4", "bands: 13", "rows: 7", "seed: 5", "threshold: 0.1", "keep: longest" })
        {
            Assert.Equal(0, _folder.Run(Near.Replace("dup", $"dup, {change}", StringComparison.Ordinal)).Job.Skipped);
        }
    }

    [Fact]
    public void Lines_in_quarantine_do_not_move_the_others()
    {
        var path = _folder.AddTexts("a b c d e f");
        File.AppendAllText(path, "{\"id\":\"broken\"\n{\"id\":\"0-1\",\"text\":\"a b c d e f!\",\"source\":\"s\"}\n");
        Assert.Contains($"{path}, line 2", _folder.Fails(Near).Message);
        Assert.Equal(1, _folder.Run(Near, quarantine: true).Job.Totals["quarantined"]);
        Assert.Equal(["0-1"], Removed());
    }

    [Fact]
    public void Any_texts_equal_but_for_case_and_punctuation_are_near() =>
        Gen.String[Gen.Char["abcdé ,"], 1, 60].Where(text => text.Any(char.IsLetter)).Sample(
            text =>
            {
                using var folder = new DedupeFolder();
                folder.AddTexts(text, text.ToUpperInvariant().Replace(",", " !", StringComparison.Ordinal));
                Assert.Equal(1, folder.Run(Near).Job.Totals["duplicate_documents"]);
            },
            iter: 8, threads: 1);

    /// <summary>Texts and near-copies of them, in a random order over the shards.</summary>
    private List<Document> AddFamilies(int shards, int families)
    {
        var random = new Random(families);
        List<string> texts = ["", "…"];
        for (var family = 0; family < families; family++)
        {
            var original = RandomText.Words(random, random.Next(3, 120));
            texts.Add(string.Join(' ', original));
            for (var copy = random.Next(5); copy > 0; copy--)
            {
                texts.Add(string.Join(", ", RandomText.Alter(random, original, random.NextDouble() * 0.15)));
            }
        }

        var order = texts.ToArray();
        random.Shuffle(order);
        return [.. order.Chunk((order.Length + shards - 1) / shards).SelectMany((chunk, shard) => _folder.AddShard(shard, chunk))];
    }

    private Dictionary<string, (List<AttributeSpan> Spans, AttributeSpan? Size)> Rows()
    {
        var rows = new Dictionary<string, (List<AttributeSpan>, AttributeSpan?)>();
        var (view, row) = (new DocumentView(), new AttributeRow());
        foreach (var path in DocumentPatterns.Expand([_folder.At("documents")]))
        {
            using var documents = new DocumentScanner(path, new QuarantineFile(Stream.Null));
            using var attributes = new AttributeReader(AttributePaths.Of(path, "near"));
            while (documents.Read(view))
            {
                attributes.Read(row, view);
                Assert.Equal(["dup", "dup_cluster_size"], row.Names);
                var sizes = row.Spans("dup_cluster_size");
                rows.Add(Encoding.UTF8.GetString(view.Id), ([.. row.Spans("dup")], sizes.Count > 0 ? sizes[0] : null));
            }

            attributes.ExpectEnd();
        }

        return rows;
    }

    private List<string> Removed() => [.. Rows().Where(row => row.Value.Spans.Count > 0).Select(row => row.Key)];

    private static List<List<int>> Closure(int count, List<(int First, int Second)> pairs)
    {
        int[] names = [.. Enumerable.Range(0, count)];
        foreach (var (first, second) in pairs)
        {
            var (from, to) = (names[second], names[first]);
            for (var i = 0; i < count; i++)
            {
                names[i] = names[i] == from ? to : names[i];
            }
        }

        return [.. Enumerable.Range(0, count).GroupBy(i => names[i]).Select(group => group.ToList())];
    }
}
