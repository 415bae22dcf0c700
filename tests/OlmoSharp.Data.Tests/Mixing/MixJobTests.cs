using System.Text;
using System.Text.Json.Nodes;
using OlmoSharp.Data.Configuration;
using OlmoSharp.Data.Filters;
using OlmoSharp.Data.Mixing;
using OlmoSharp.Data.Tests.Jobs;
using OlmoSharp.Distributed;
using Xunit;

namespace OlmoSharp.Data.Tests.Mixing;

public sealed class MixJobTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_mix_is_what_a_slow_mixer_makes()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            using var folder = new TemporaryFolder();
            var files = SampleMix.Write(folder, random, files: 1 + random.Next(3), rows: 1 + random.Next(20), new[] { ".jsonl", ".jsonl.gz", ".jsonl.zst" }[random.Next(3)]);
            var includes = Conditions(random);
            var excludes = Conditions(random);
            var isJq = random.Next(2) == 0;
            var replacements = Enumerable.Range(0, random.Next(3)).Select(_ => (
                Attribute: SampleMix.Attributes[random.Next(SampleMix.Attributes.Count)], Min: Math.Round(random.NextDouble() / 2, 1), Max: 0.5 + Math.Round(random.NextDouble() / 2, 1),
                Replacement: new[] { "", " |||X||| ", "[{}]", "ü\n\"{}{}" }[random.Next(4)])).ToList();
            IReadOnlyList<string> discard = random.Next(3) == 0 ? ["attributes", "extra"] : random.Next(3) == 0 ? ["metadata"] : [];
            var least = random.Next(3) == 0 ? 20 : 0;
            var config = new MixConfig
            {
                Streams =
                [
                    new()
                    {
                        Name = "m",
                        Documents = [folder.At("data", "documents")],
                        Attributes = ["t", "u"],
                        MayBeAbsent = SampleMix.Attributes,
                        Output = new() { Path = folder.At("out"), MaxSizeInBytes = 1 + random.Next(3000), DiscardFields = discard, MinTextLength = least },
                        Filter = new()
                        {
                            Include = [.. includes.Select(condition => isJq ? condition.Jq : $"$.attributes[?({condition.JsonPath})]")],
                            Exclude = [.. excludes.Select(condition => isJq ? condition.Jq : $"$@.attributes[?({condition.JsonPath})]")],
                            Syntax = isJq ? FilterSyntax.Jq : FilterSyntax.Jsonpath,
                        },
                        SpanReplacement = [.. replacements.Select(one => new SpanReplacementConfig { Span = $"$.attributes.{one.Attribute}", MinScore = one.Min, MaxScore = one.Max, Replacement = one.Replacement })],
                        Compression = new() { Output = new[] { null, "", "gz", "zst" }[random.Next(4)] },
                    },
                ],
            };
            var result = new MixJob(config).Run(cancellation: TestContext.Current.CancellationToken);
            var expected = new NaiveMixer
            {
                AttributeSets = ["t", "u"],
                Keeps = document => (includes.Count == 0 || includes.Exists(condition => condition.Holds(document))) && !excludes.Exists(condition => condition.Holds(document)),
                Replacements = replacements,
                Discard = discard,
                MinTextLength = least,
            }.Mix(files).ToList();
            var actual = SampleMix.Read(Shards(folder.At("out")));
            Assert.Equal(expected.Count, actual.Count);
            Assert.All(expected.Zip(actual), pair => Assert.True(JsonNode.DeepEquals(pair.First, pair.Second), $"seed {seed}\nexpected {pair.First.ToJsonString()}\nactual   {pair.Second.ToJsonString()}"));
            Assert.Equal(expected.Count, result.Streams[0].Written);
            Assert.Equal(expected.Sum(row => Encoding.UTF8.GetByteCount((string)row["text"]!)), result.Streams[0].TextBytes);
            Assert.Equal(result.Streams[0].Documents, result.Streams[0].Written + result.Streams[0].Excluded + result.Streams[0].NotIncluded + result.Streams[0].TooShort);
        }

        static List<RandomCondition> Conditions(Random random) => [.. Enumerable.Range(0, random.Next(3)).Select(_ => RandomCondition.Make(random, SampleMix.Attributes))];
    }

    [Fact]
    public void An_untouched_field_keeps_its_bytes()
    {
        var row = """{"id":"1","text":"caf\u00e9 \/ \ud83d\ude00 \u0041","source":"s","n": 1.50e+3 ,"o":{ "k" : [ 1 , 2 ] },"metadata":{ "z" : 1.0 }}""";
        _folder.Write("d/documents/a.jsonl", row + "\n");
        Run(Stream("d/documents/a.jsonl", "out") with { Compression = new() { Output = "" } });
        Assert.Equal(
            """{"id":"1","text":"caf\u00e9 \/ \ud83d\ude00 \u0041","source":"s","n":1.50e+3,"o":{ "k" : [ 1 , 2 ] },"metadata":{"z" : 1.0,"provenance":"a.jsonl:1"}}""" + "\n",
            File.ReadAllText(_folder.At("out", "m-0000.jsonl")));
    }

    [Theory]
    [InlineData(MixShuffle.True)]
    [InlineData(MixShuffle.False)]
    [InlineData(MixShuffle.Exact)]
    public void Files_are_the_same_however_the_work_is_divided(MixShuffle shuffle)
    {
        SampleMix.Write(_folder, new Random(1), files: 5, rows: 40);
        SampleMix.Write(_folder, new Random(2), files: 2, rows: 30, source: "other");
        var expected = new MixJob(Many("whole", shuffle)).Run(cancellation: TestContext.Current.CancellationToken);
        var files = Files("whole");
        Assert.True(files.Count > 5);
        foreach (var processes in new[] { 1, 2, 3 })
        {
            var name = $"out-{processes}";
            var results = ThreadGroup.Run(processes, group => new MixJob(Many(name, shuffle) with { Processes = 2 }) { Group = group }.Run(cancellation: TestContext.Current.CancellationToken));
            Assert.All(results, result => Assert.Equal(Flat(expected), Flat(result)));
            Assert.Equal(files, Files(name));
        }

        // Lists are equal when they are the same one.
        static IEnumerable<object> Flat(MixResult result) => result.Streams.SelectMany(stream => stream.ExcludedBy.Select(row => (object)row).Append(stream with { ExcludedBy = [] }));
    }

    [Fact]
    public void A_document_counts_for_the_first_filter_that_matches_it()
    {
        _folder.Write("d/documents/a.jsonl", string.Concat(Enumerable.Range(0, 30).Select(i => $$"""{"id":"{{i}}","text":"t","source":"s","n":{{i}}}""" + "\n")));
        const string Low = "$[?(@.n < 10)]", Middle = "$[?(@.n < 15)]", None = "$[?(@.n > 99)]";
        var result = Run(Stream("d/documents/a.jsonl", "out") with { Filter = new() { Include = ["$[?(@.n >= 3)]"], Exclude = [Low, Middle, None] } });
        Assert.Equal([(Low, 7L), (Middle, 5L), (None, 0L)], result.Streams[0].ExcludedBy);
        Assert.Equal(12, result.Streams[0].Excluded);
    }

    [Theory]
    [InlineData(MixShuffle.True)]
    [InlineData(MixShuffle.Exact)]
    public void A_mix_that_is_stopped_anywhere_goes_on_to_the_same_files(MixShuffle shuffle)
    {
        SampleMix.Write(_folder, new Random(1), files: 4, rows: 20);
        SampleMix.Write(_folder, new Random(2), files: 1, rows: 20, source: "other");
        var all = 0L;
        new MixJob(Many("whole", shuffle)).Run(_ => all++, TestContext.Current.CancellationToken);
        var random = new Random(3);
        for (var stop = 0; stop < 20; stop++)
        {
            var name = $"stopped-{stop}";
            long left = random.NextInt64(1, all);
            Assert.Throws<DataException>(() => new MixJob(Many(name, shuffle)).Run(_ =>
            {
                if (--left == 0)
                {
                    throw new DataException("killed");
                }
            }, TestContext.Current.CancellationToken));
            Assert.Empty(Directory.EnumerateFiles(_folder.At(name), "*.tmp", SearchOption.AllDirectories));
            new MixJob(Many(name, shuffle)).Run(cancellation: TestContext.Current.CancellationToken);
            Assert.Equal(Files("whole"), Files(name));
        }
    }

    [Fact]
    public void A_finished_mix_runs_again_only_when_something_changed()
    {
        SampleMix.Write(_folder, new Random(1), files: 3, rows: 10);
        var config = new MixConfig { Streams = [Stream("data/documents/s", "out") with { Attributes = ["t", "u"] }], Shuffle = MixShuffle.False };
        Assert.Equal(0, new MixJob(config).Run(cancellation: TestContext.Current.CancellationToken).Skipped);
        var before = Files("out");
        Assert.Equal(3, new MixJob(config).Run(cancellation: TestContext.Current.CancellationToken).Skipped);
        Assert.Equal(before, Files("out"));
        var longer = config with { Streams = [config.Streams[0] with { Output = config.Streams[0].Output with { MinTextLength = 30 } }] };
        Assert.Equal(0, new MixJob(longer).Run(cancellation: TestContext.Current.CancellationToken).Skipped);
        Assert.NotEqual(before, Files("out"));
    }

    [Fact]
    public void Inputs_are_joined_by_size_and_large_ones_are_divided()
    {
        foreach (var (name, rows) in new[] { ("a", 1), ("b", 1), ("c", 10), ("d", 1), ("e", 1) })
        {
            _folder.Write($"d/documents/{name}.jsonl", string.Concat(Enumerable.Range(0, rows).Select(row => $$"""{"id":"{{name}}{{row}}","text":"{{new string('x', 65)}}","source":"s"}""" + "\n")));
        }

        var size = new FileInfo(_folder.At("d", "documents", "a.jsonl")).Length;
        var stream = Stream("d/documents", "out");
        Run(stream with { Output = stream.Output with { MaxSizeInBytes = (2 * size) + 1 } });
        Assert.Equal(
            ["a0 b0", "c0 c1", "c2 c3", "c4 c5", "c6 c7", "c8 c9", "d0 e0"],
            Shards(_folder.At("out")).Select(path => string.Join(' ', SampleMix.Read([path]).Select(row => (string)row["id"]!))));
    }

    [Fact]
    public void Files_keep_their_names_where_nothing_is_shuffled()
    {
        SampleMix.Write(_folder, new Random(1), files: 2, rows: 5);
        new MixJob(new MixConfig { Streams = [Stream("data/documents", "out") with { Compression = new() { Output = "zst" } }], Shuffle = MixShuffle.False }).Run(cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(["out/documents/s/00.jsonl.zst", "out/documents/s/01.jsonl.zst"], Files("out").Keys.Where(name => !name.Contains(".manifest")).Select(name => "out/" + name).Order());
    }

    [Fact]
    public void A_sampling_rate_gives_copies_and_a_share()
    {
        var rows = Enumerable.Range(0, 4000).Select(row => $$"""{"id":"{{row}}","text":"x","source":"s"}""");
        _folder.Write("d/documents/a.jsonl", string.Join('\n', rows));
        var few = Ids(0.3, 5);
        Assert.InRange(few.Count, 1100, 1300);
        Assert.Equal(few, Ids(0.3, 5));
        Assert.NotEqual(few, Ids(0.3, 6));
        Assert.Subset(Ids(0.6, 5).ToHashSet(), few.ToHashSet());
        var many = Ids(3.3, 5);
        Assert.Equal(Enumerable.Range(0, 4000).Select(row => $"{row}"), many[..4000]);
        Assert.Equal(many[..4000], many[8000..12000]);
        Assert.Equal(few, many[12000..]);
        Assert.Equal(many.Order(), Ids(3.3, 5, MixShuffle.Exact).Order());

        List<string> Ids(double rate, int seed, MixShuffle shuffle = MixShuffle.True)
        {
            var name = $"out-{rate}-{seed}-{shuffle}";
            var result = new MixJob(new MixConfig { Streams = [Stream("d/documents", name) with { Sample = rate }], Seed = seed, Shuffle = shuffle, Audit = _folder.At($"audit-{name}") }).Run(cancellation: TestContext.Current.CancellationToken);
            var ids = SampleMix.Read(Shards(_folder.At(name))).Select(row => (string)row["id"]!).ToList();
            Assert.Equal(ids.Count, result.Streams[0].Written);
            Assert.Equal(4000, result.Streams[0].Documents);
            var removed = SampleMix.Read(Shards(_folder.At($"audit-{name}")));
            Assert.Equal(rate < 1 ? 4000 - ids.Count : 0, removed.Count);
            Assert.All(removed, row => Assert.Equal("sample", (string)row["removed"]!["reason"]!));
            return ids;
        }
    }

    [Fact]
    public void An_exact_shuffle_moves_everything_and_does_not_depend_on_memory()
    {
        const int Rows = 3000;
        var rows = Enumerable.Range(0, Rows).Select(row => $$"""{"id":"{{row}}","text":"{{new string('y', row % 300)}}","source":"s"}""");
        _folder.Write("d/documents/a.jsonl", string.Join('\n', rows.Take(1000)));
        _folder.Write("d/documents/b.jsonl", string.Join('\n', rows.Skip(1000)));
        var (large, _) = Order("large", 1 << 30, 1 << 30, 1);
        Assert.Equal(Enumerable.Range(0, Rows), large.Order());

        // How many of all pairs are in order is normal with variance n(n-1)(2n+5)/72.
        var inOrder = 0L;
        for (var i = 0; i < Rows; i++)
        {
            for (var j = i + 1; j < Rows; j++)
            {
                inOrder += large[i] < large[j] ? 1 : 0;
            }
        }

        var deviation = Math.Sqrt(Rows * (Rows - 1.0) * ((2.0 * Rows) + 5) / 72);
        Assert.InRange(inOrder, (Rows * (Rows - 1.0) / 4) - (4 * deviation), (Rows * (Rows - 1.0) / 4) + (4 * deviation));
        Assert.Equal(large, Order("small", 1 << 16, 1 << 30, 1).Ids);
        var (divided, files) = Order("divided", 1 << 16, 100_000, 1);
        Assert.True(files > 3);
        Assert.Equal(large, divided);
        Assert.NotEqual(large, Order("seed", 1 << 30, 1 << 30, 2).Ids);
        Assert.False(Directory.Exists(_folder.At("small", ".mix-m")));

        (List<int> Ids, int Files) Order(string name, long memory, long size, int seed)
        {
            var stream = Stream("d/documents", name);
            new MixJob(new MixConfig { Streams = [stream with { Output = stream.Output with { MaxSizeInBytes = size } }], Shuffle = MixShuffle.Exact, ShuffleMemory = memory, Seed = seed }).Run(cancellation: TestContext.Current.CancellationToken);
            var shards = Shards(_folder.At(name)).ToList();
            return ([.. SampleMix.Read(shards).Select(row => int.Parse((string)row["id"]!, System.Globalization.CultureInfo.InvariantCulture))], shards.Count);
        }
    }

    [Fact]
    public void Streams_of_one_output_are_shuffled_together()
    {
        _folder.Write("d/documents/a.jsonl", string.Join('\n', Enumerable.Range(0, 200).Select(row => $$"""{"id":"{{row}}","text":"x","source":"a"}""")));
        _folder.Write("e/documents/b.jsonl", string.Join('\n', Enumerable.Range(0, 100).Select(row => $$"""{"id":"{{row}}","text":"x","source":"b"}""")));
        var result = new MixJob(new MixConfig { Streams = [Stream("d/documents", "out") with { Sample = 2 }, Stream("e/documents", "out")], Shuffle = MixShuffle.Exact }).Run(cancellation: TestContext.Current.CancellationToken);
        var sources = SampleMix.Read(Shards(_folder.At("out"))).Select(row => (string)row["source"]!).ToList();
        Assert.Equal((400, 100), (sources.Count(source => source == "a"), sources.Count(source => source == "b")));
        Assert.InRange(sources.Take(250).Count(source => source == "b"), 25, 75);
        Assert.Equal([400, 100], result.Streams.Select(stream => stream.Written));
    }

    [Fact]
    public void Removed_documents_go_to_the_audit_with_the_reason()
    {
        _folder.Write("d/documents/a.jsonl", """
            {"id":"1","text":"keep this","source":"s"}
            {"id":"2","text":"no","source":"s"}
            {"id":"3","text":"bad one","source":"s","score":9}
            {"id":"4","text":"not asked for","source":"t"}
            """);
        var stream = Stream("d/documents", "out") with { Filter = new() { Include = ["$[?(@.source == 's')]"], Exclude = ["$[?(@.score > 5)]"] } };
        new MixJob(new MixConfig { Streams = [stream with { Output = stream.Output with { MinTextLength = 3 } }], Audit = _folder.At("audit") }).Run(cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(["1"], SampleMix.Read(Shards(_folder.At("out"))).Select(row => (string)row["id"]!));
        Assert.Equal(
            [
                """{"id":"2","text":"no","source":"s","removed":{"reason":"min_text_length","provenance":"a.jsonl:2"}}""",
                """{"id":"3","text":"bad one","source":"s","score":9,"removed":{"reason":"exclude","filter":"$[?(@.score > 5)]","provenance":"a.jsonl:3"}}""",
                """{"id":"4","text":"not asked for","source":"t","removed":{"reason":"include","provenance":"a.jsonl:4"}}""",
            ],
            SampleMix.Read([_folder.At("audit", "m-0000.jsonl.gz")]).Select(row => row.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping })));
    }

    [Fact]
    public void Broken_lines_go_to_quarantine_where_that_is_asked_for()
    {
        _folder.Write("d/documents/a.jsonl", """
            {"id":"1","text":"x","source":"s"}
            {"id":"2","text":
            {"id":"3","text":"x","source":"s"}
            """);
        var stream = Stream("d/documents", "out") with { Sample = 2 };
        Assert.Contains("line 2: invalid JSON", Assert.Throws<DataException>(() => Run(stream)).Message);
        Assert.Empty(Shards(_folder.At("out")));
        var result = new MixJob(new MixConfig { Streams = [stream] }) { Quarantine = true }.Run(cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(1, result.Quarantined);
        Assert.Equal(["1", "3", "1", "3"], SampleMix.Read(Shards(_folder.At("out"))).Select(row => (string)row["id"]!));
        Assert.Contains("\"line\":2", File.ReadAllText(_folder.At("out", ".quarantine", "m-0000.jsonl")));
    }

    [Fact]
    public void Replacements_may_be_made_of_the_document()
    {
        _folder.Write("d/documents/a.jsonl", """{"id":"1","text":"call Ann now","source":"s","metadata":{"name":"<{}>"},"attributes":{"n":[[5,8,1],[6,7,1],[9,12,0.2]]}}""" + "\n");
        Assert.Equal("call <Ann> now", Text("$.metadata.name", "a"));
        Assert.Equal("call $5 now", Text("\\$5", "b"));
        Assert.Contains("gives 1, not one text", Assert.Throws<DataException>(() => Text("$1", "c")).Message);

        string Text(string replacement, string name)
        {
            Run(Stream("d/documents", name) with { SpanReplacement = [new() { Span = ".attributes.n", MinScore = 0.5, Replacement = replacement, Syntax = FilterSyntax.Jq }] });
            return (string)SampleMix.Read(Shards(_folder.At(name)))[0]["text"]!;
        }
    }

    [Fact]
    public void A_config_of_the_Dolma_toolkit_is_read_as_it_is()
    {
        var config = ConfigReader.ReadText<MixConfig>(
            """
            streams:
              - name: c4
                documents:
                  - data/documents/*.gz
                attributes: &attributes
                  - gopher_rules
                output:
                  max_size_in_bytes: 1_073_741_824
                  path: out
                  min_text_length: 25   # matches wikipedia
                  discard_fields:
                    - attributes
                filter:
                  include: []
                  exclude:
                    - "$.attributes[?(@.a && @.a[0] && @.a[0][2] < 50)]"
                  syntax: jsonpath
                span_replacement:
                  - span: "$.attributes.pii__EMAIL_ADDRESS"
                    min_score: 0.5
                    max_score: 0.9
                    replacement: " |||EMAIL_ADDRESS||| "
                compression:
                  input: gz
                  output: zst
            work_dir:
              input: "/tmp/in"
              output: "/tmp/out"
            processes: 188
            shuffle: false
            dryrun: true
            """, "c4.yaml");
        Assert.Equal((MixShuffle.False, true, 188, 25, 0.5), (config.Shuffle, config.DryRun, config.Processes, config.Streams[0].Output.MinTextLength, config.Streams[0].SpanReplacement[0].MinScore));
        Assert.Equal(MixShuffle.True, ConfigReader.ReadText<MixConfig>("""{"streams":[],"shuffle":true}""", "x").Shuffle);
        Assert.Contains("needs min_score or max_score", Assert.Throws<ConfigException>(() => ConfigReader.ReadText<MixConfig>("streams: [{name: a, documents: [b], output: {path: c}, span_replacement: [{span: $.x}]}]", "x")).Message);
    }

    private MixConfig Many(string output, MixShuffle shuffle)
    {
        var stream = Stream("data/documents/s", output) with
        {
            Attributes = ["t", "u"],
            Filter = new() { Exclude = ["$.attributes[?(@.t__a[0][2] > 0.8)]"] },
            SpanReplacement = [new() { Span = "$.attributes.u__c", MinScore = 0.5, Replacement = "<{}>" }],
            Sample = 1.6,
        };
        stream = stream with { Output = stream.Output with { MaxSizeInBytes = 1000 } };
        return new MixConfig
        {
            Streams = [stream, Stream("data/documents/other", output) with { Name = "other", Output = stream.Output with { MaxSizeInBytes = 700 } }],
            Shuffle = shuffle,
            ShuffleMemory = 1 << 16,
            Audit = _folder.At(output, "audit"),
        };
    }

    private MixStreamConfig Stream(string documents, string output) => new() { Name = "m", Documents = [_folder.At(documents)], Output = new() { Path = _folder.At(output) } };

    private static MixResult Run(MixStreamConfig stream, IProcessGroup? group = null) =>
        new MixJob(new MixConfig { Streams = [stream] }) { Group = group ?? SingleProcess.Instance }.Run(cancellation: TestContext.Current.CancellationToken);

    internal static IEnumerable<string> Shards(string folder) => Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.jsonl*").Order(StringComparer.Ordinal) : [];

    private SortedDictionary<string, string> Files(string name) => new(
        Directory.EnumerateFiles(_folder.At(name), "*", SearchOption.AllDirectories)
            .ToDictionary(path => Path.GetRelativePath(_folder.At(name), path), path => Convert.ToHexString(File.ReadAllBytes(path))),
        StringComparer.Ordinal);
}
