using System.Text;
using OlmoSharp.Evaluation.Datasets;
using OlmoSharp.Evaluation.Hub;
using OlmoSharp.Evaluation.Tasks;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.Hub;

/// <summary>Datasets from a server with the hub's layout, found by tasks afterwards; and every way in which that fails.</summary>
public sealed class DatasetFetchTests : IDisposable
{
    private const string Row = """{"question": "One and one?", "answer": "#### 2"}""" + "\n";
    private const string Gsm8kFile = "openai__gsm8k/openai__gsm8k__main.test.jsonl";
    private static readonly TaskCatalog Catalog = TaskCatalog.Load();
    private readonly MadeHub _hub = new();
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_folder.Path, "data");

    public void Dispose()
    {
        _hub.Dispose();
        _folder.Dispose();
    }

    public static TheoryData<string, string, string[], string?> Layouts() => new()
    {
        // What is there, and what of it must be taken.
        { "gsm8k::olmes", "openai/gsm8k", ["main/test-00000-of-00001.jsonl", "main/train-00000-of-00001.jsonl", "socratic/test-00000-of-00001.jsonl"], null },
        { "gsm8k::olmes", "openai/gsm8k", ["data/main/test.jsonl", "data/other/test.jsonl"], null },
        { "minerva_math_500::olmes", "HuggingFaceH4/MATH-500", ["test.jsonl", "notes.json"], null },
        // The same in other formats.
        { "minerva_math_500::olmes", "HuggingFaceH4/MATH-500", ["test.jsonl", "test.csv", "test.json", "test.jsonl.gz"], null },
        { "piqa:rc::olmes", "ybisk/piqa", ["data/validation-00000-of-00002.jsonl", "data/validation-00001-of-00002.jsonl", "data/validation-00000-of-00002.csv", "data/validation-00001-of-00002.csv"], null },
        { "piqa:rc::olmes", "ybisk/piqa", ["data/valid-00000-of-00002.jsonl", "data/valid-00001-of-00002.jsonl", "data/test-00000-of-00001.jsonl"], null },
        { "piqa:rc::olmes", "ybisk/piqa", ["val/0.jsonl", "train/0.jsonl"], null },
        { "piqa:rc::olmes", "ybisk/piqa", ["my_validation_file.jsonl", "validate.jsonl"], null },
        { "gsm8k::olmes", "openai/gsm8k", ["x/one.jsonl", "x/two.jsonl"], "configs:\n- config_name: other\n  data_files: x/two.jsonl\n- config_name: main\n  data_files:\n  - split: test\n    path:\n    - x/o*.jsonl\n" },
        { "piqa:rc::olmes", "ybisk/piqa", ["deep/er/v1.jsonl", "deep/t1.jsonl"], "configs:\n- config_name: a\n  data_files:\n  - split: validation\n    path: deep/t1.jsonl\n- config_name: b\n  default: true\n  data_files:\n  - {split: dev, path: \"**/v[0-9].{csv,jsonl}\"}\n" },
    };

    [Theory]
    [MemberData(nameof(Layouts))]
    public async Task A_split_is_picked_and_found_again(string task, string dataset, string[] paths, string? card)
    {
        foreach (var path in paths)
        {
            _hub.Add(dataset, path, Row + $$"""{"path": "{{path}}"}""" + "\n");
        }

        if (card is not null)
        {
            _hub.Add(dataset, "README.md", $"---\nlicense: mit\n{card}---\n# About\n");
        }

        var spec = Spec(task);
        await FetchAsync(spec);
        var files = new DatasetFolder(Data).Find(spec, spec.Split).Paths;
        // The first of them, or both shards.
        string[] expected = paths[0].Contains("of-00002", StringComparison.Ordinal) ? paths[..2] : paths[..1];
        Assert.Equal(expected.Select(path => _hub.Files[$"{dataset}@main/{path}"]), files.Select(File.ReadAllBytes));
    }

    [Fact]
    public async Task Datasets_that_are_programs_come_as_the_parquet_that_the_hub_makes_of_them()
    {
        _hub.Add("lukaemon/bbh", "bbh.py", "print()");
        byte[] parquet = [.. "PAR1"u8, .. Enumerable.Range(0, 300_000).Select(i => (byte)i)];
        _hub.Files["lukaemon/bbh@refs/convert/parquet/navigate/test/0000.parquet"] = parquet;
        _hub.Add("lukaemon/bbh", "snarks/test/0000.parquet", "PAR1other", "refs/convert/parquet");
        var spec = Spec("bbh_navigate:cot-v1::olmes");
        var file = Assert.Single((await FetchAsync(spec))[0].Files);
        Assert.Equal(parquet, File.ReadAllBytes(Assert.Single(new DatasetFolder(Data).Find(spec, spec.Split).Paths)));
        Assert.Equal((new string('c', 40), "navigate/test/0000.parquet", "sha256"), (file.Commit, file.Path, file.Checksum.Kind));
    }

    [Fact]
    public async Task What_was_fetched_is_not_asked_for_again_and_the_manifest_says_where_it_is_from()
    {
        AddGsm8k();
        _hub.PageSize = 1;
        var first = await FetchAsync(Spec("gsm8k::olmes"));
        Assert.Equal((FetchState.Missing, "openai/gsm8k"), (first[0].State, first[0].Dataset));
        var asked = _hub.Requests.Count;
        var again = await FetchAsync(Spec("gsm8k::olmes"));
        Assert.Equal((FetchState.Kept, asked), (again[0].State, _hub.Requests.Count));
        var manifest = await File.ReadAllTextAsync(Path.Combine(Data, "hub-manifest.json"), Cancellation);
        foreach (var part in new[] { "openai/gsm8k", MadeHub.Commit, "main/test.jsonl", "git-sha1", $"\"size\": {Row.Length}", Gsm8kFile, "\"fetched\": \"20" })
        {
            Assert.Contains(part, manifest, StringComparison.Ordinal);
        }

        // Three files, one a page.
        Assert.Equal(3, _hub.Paths.Count(path => path.Contains("/tree/", StringComparison.Ordinal)));
        Assert.Equal(["hub-manifest.json", Gsm8kFile], Directory.EnumerateFiles(Data, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Data, file)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_changed_file_is_fetched_again_by_size_or_on_request_by_checksum()
    {
        AddGsm8k();
        await FetchAsync(Spec("gsm8k::olmes"));
        var file = Path.Combine(Data, Gsm8kFile);
        await File.WriteAllTextAsync(file, Row.Replace('2', '3'), Cancellation);
        Assert.Equal(FetchState.Kept, (await FetchAsync(Spec("gsm8k::olmes")))[0].State);
        Assert.Equal(FetchState.Missing, (await FetchAsync(Spec("gsm8k::olmes"), verifies: true))[0].State);
        Assert.Equal(Row, await File.ReadAllTextAsync(file, Cancellation));
        await File.AppendAllTextAsync(file, "x", Cancellation);
        Assert.Contains("gone or changed", (await Assert.ThrowsAsync<EvaluationException>(() => FetchAsync(Spec("gsm8k::olmes"), isOffline: true))).Message, StringComparison.Ordinal);
        await FetchAsync(Spec("gsm8k::olmes"));
        Assert.Equal(Row, await File.ReadAllTextAsync(file, Cancellation));
    }

    [Fact]
    public async Task Another_revision_and_offline_are_clear()
    {
        AddGsm8k();
        Assert.Contains("openai/gsm8k", (await Assert.ThrowsAsync<EvaluationException>(() => FetchAsync(Spec("gsm8k::olmes"), isOffline: true))).Message.Replace("gsm8k (main) test", "openai/gsm8k", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Empty(_hub.Requests);
        await FetchAsync(Spec("gsm8k::olmes"));
        Assert.Equal(FetchState.Kept, (await FetchAsync(Spec("gsm8k::olmes"), isOffline: true, revision: MadeHub.Commit))[0].State);
        var error = await Assert.ThrowsAsync<EvaluationException>(() => FetchAsync(Spec("gsm8k::olmes"), revision: "v2"));
        Assert.Contains($"fetched at revision main (commit {MadeHub.Commit}), not v2", error.Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<EvaluationException>(() => FetchAsync(Spec("piqa:rc::olmes"), revision: "v2"));
        Assert.Contains("no such dataset", error.Message, StringComparison.Ordinal);
        _hub.Add("ybisk/piqa", "validation.jsonl", Row);
        error = await Assert.ThrowsAsync<EvaluationException>(() => FetchAsync(Spec("piqa:rc::olmes"), revision: "v2"));
        Assert.Contains("ybisk/piqa has no revision v2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Own_files_stay_and_are_not_fetched()
    {
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(Path.Combine(Data, "gsm8k.test.jsonl"), Row, Cancellation);
        Assert.Equal(FetchState.Own, Assert.Single(await FetchAsync(Spec("gsm8k::olmes"))).State);
        Assert.Empty(_hub.Requests);
    }

    /// <summary>Of a renamed dataset the new name is kept; the token goes along on the hub, and not to where its files lie.</summary>
    [Fact]
    public async Task Redirects_are_followed_and_the_token_stays_with_the_hub()
    {
        _hub.Renamed["openai/gsm8k"] = "new/gsm8k";
        _hub.Add("new/gsm8k", "main/test.parquet", "PAR1 large");
        var items = await FetchAsync(Spec("gsm8k::olmes"));
        Assert.Equal("new/gsm8k", items[0].Files[0].Repository);
        Assert.Contains(_hub.Requests, request => request.Host == "store");
        Assert.All(_hub.Requests, request => Assert.Equal(request.Host == "hub", request.Head.Contains("Authorization: Bearer secret", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_download_that_breaks_goes_on_where_it_was()
    {
        var text = string.Concat(Enumerable.Repeat(Row, 2000));
        AddGsm8k(text);
        var breaks = 0;
        // Each time a third of the whole more.
        _hub.Otherwise = (path, head) => path.Contains("test.jsonl", StringComparison.Ordinal) && breaks++ < 2
            ? [.. Encoding.ASCII.GetBytes(head.Contains("Range: ", StringComparison.Ordinal)
                ? $"HTTP/1.1 206 X\r\nContent-Range: bytes {text.Length / 3}-{text.Length - 1}/{text.Length}\r\nContent-Length: {text.Length}\r\n\r\n{text[(text.Length / 3)..(2 * text.Length / 3)]}"
                : $"HTTP/1.1 200 X\r\nContent-Length: {text.Length}\r\n\r\n{text[..(text.Length / 3)]}")]
            : null;
        await FetchAsync(Spec("gsm8k::olmes"));
        Assert.Equal(text, await File.ReadAllTextAsync(Path.Combine(Data, Gsm8kFile), Cancellation));
        Assert.Equal(
            ["", $"bytes={text.Length / 3}-", $"bytes={2 * text.Length / 3}-"],
            _hub.Requests.Where(request => request.Path.Contains("test.jsonl", StringComparison.Ordinal)).Select(request => request.Head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Range: ", StringComparison.Ordinal))?[7..] ?? ""));
    }

    /// <summary>What a stopped run left is gone on with by the next; where it was damaged, the whole is fetched once more.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_run_that_was_stopped_goes_on(bool isDamaged)
    {
        var text = string.Concat(Enumerable.Repeat(Row, 100));
        AddGsm8k(text);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        _hub.Otherwise = (path, _) =>
        {
            if (!path.Contains("test.jsonl", StringComparison.Ordinal))
            {
                return null;
            }

            // The first part of the body, and then nothing more until the client goes.
            return Encoding.ASCII.GetBytes($"HTTP/1.1 200 X\r\nContent-Length: {text.Length}\r\n\r\n{text[..500]}");
        };
        var fetch = Fetch(retries: 100);
        var plan = await fetch.PlanAsync([Spec("gsm8k::olmes")], stop.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetch.RunAsync(plan, (bytes, _) => stop.Cancel(), stop.Token));
        Assert.False(File.Exists(Path.Combine(Data, Gsm8kFile)));
        var part = Assert.Single(Directory.GetFiles(Path.Combine(Data, "openai__gsm8k")));
        Assert.EndsWith(".part", part, StringComparison.Ordinal);
        if (isDamaged)
        {
            await File.WriteAllTextAsync(part, new string('x', 500), Cancellation);
        }

        _hub.Otherwise = (_, _) => null;
        _hub.Requests.Clear();
        await FetchAsync(Spec("gsm8k::olmes"));
        Assert.Equal(text, await File.ReadAllTextAsync(Path.Combine(Data, Gsm8kFile), Cancellation));
        Assert.Equal(isDamaged ? 2 : 1, _hub.Paths.Count(path => path.Contains("test.jsonl", StringComparison.Ordinal)));
        Assert.Single(Directory.GetFiles(Path.Combine(Data, "openai__gsm8k")));
    }

    public static TheoryData<string, string> Faults() => new()
    {
        { "wrong content", "do not have the checksum git-sha1:" },
        { "too long", "more than the" },
        { "short", "only 12 of" },
        { "gone", "404" },
        { "gated file", "accept its terms at" },
        { "gated dataset", "accept its terms at" },
        { "trouble", "503" },
        { "html", "no hub of datasets" },
        { "no list", "no list of files" },
        { "nowhere", "no such dataset" },
        { "loop", "redirects to" },
        { "other split", "found main/train.jsonl" },
        { "no room", "the disk refuses" },
        { "other folder", "several files may be the split" },
        { "other format", "several files may be the split" },
        { "oid", "without path, size or checksum" },
        { "size", "without path, size or checksum" },
        { "no size", "without path, size or checksum" },
        { "bare link", "at an address that cannot be read" },
        { "bad link", "at an address that cannot be read" },
        { "pattern", "openai/gsm8k at 0123456789abcdef0123456789abcdef01234567: README.md: 'data/[z-a]*' is no pattern of paths" },
        { "converted 401", "answered 401" },
        { "converted 503", "answered 503" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_failure_is_one_clear_error_and_leaves_no_file(string fault, string reason)
    {
        AddGsm8k();
        bool Is(string path, string part) => path.Contains(part, StringComparison.Ordinal);
        _hub.Otherwise = (path, _) => (fault, Is(path, "/revision/main"), Is(path, "/tree/"), Is(path, "test.jsonl")) switch
        {
            ("wrong content", _, _, true) => MadeHub.Answer(200, Row.Replace('2', '3')),
            ("too long", _, _, true) => MadeHub.Answer(200, Row + Row),
            ("short", _, _, true) => MadeHub.Answer(200, Row[..12]),
            ("gone", _, _, true) => MadeHub.Answer(404, "Entry not found"),
            ("gated file", _, _, true) or ("gated dataset", true, _, _) => MadeHub.Answer(403, "", "X-Error-Code: GatedRepo", "X-Error-Message: Access to dataset openai/gsm8k is restricted."),
            ("trouble", true, _, _) => MadeHub.Answer(503, "", "Retry-After: 0"),
            ("html", true, _, _) => MadeHub.Answer(200, "<html></html>"),
            ("no list", _, true, _) => MadeHub.Answer(200, "{}"),
            ("nowhere", true, _, _) => MadeHub.Answer(404, "", "X-Error-Code: RepoNotFound"),
            ("oid", _, true, _) => MadeHub.Answer(200, """[{"type": "file", "path": "main/test.jsonl", "size": 43, "oid": "/../../../e"}]"""),
            ("size", _, true, _) => MadeHub.Answer(200, $$"""[{"type": "file", "path": "main/test.jsonl", "size": "43", "oid": "{{MadeHub.Commit}}"}]"""),
            ("no size", _, true, _) => MadeHub.Answer(200, $$"""[{"type": "file", "path": "main/test.jsonl", "size": null, "oid": "{{MadeHub.Commit}}"}]"""),
            ("bare link", _, true, _) => MadeHub.Answer(200, "[]", "Link: /more; rel=\"next\""),
            ("bad link", _, true, _) => MadeHub.Answer(200, "[]", "Link: <http://[>; rel=next"),
            ("converted 401", _, _, _) when Is(path, "convert") => MadeHub.Answer(401, ""),
            ("converted 503", _, _, _) when Is(path, "convert") => MadeHub.Answer(503, "", "Retry-After: 0"),
            ("loop", true, _, _) => MadeHub.Answer(302, "", $"Location: {path}"),
            _ => null,
        };
        if (fault is "other split" or "converted 401" or "converted 503")
        {
            _hub.Files.Remove("openai/gsm8k@main/main/test.jsonl");
        }
        else if (fault is "other folder" or "other format")
        {
            _hub.Add("openai/gsm8k", fault == "other folder" ? "1.0/main/test.jsonl" : "main/test-00000-of-00001.csv", Row);
        }
        else if (fault == "pattern")
        {
            _hub.Add("openai/gsm8k", "README.md", "---\nconfigs:\n- config_name: main\n  data_files:\n  - {split: test, path: \"data/[z-a]*\"}\n---\n");
        }
        else if (fault == "no room")
        {
            // A device that is always full, in the place of the file under way.
            Assert.SkipUnless(File.Exists("/dev/full"), "there is no /dev/full");
            var plan = await Fetch().PlanAsync([Spec("gsm8k::olmes")], Cancellation);
            var file = plan[0].Files[0];
            var part = HubClient.PartOf(Path.Combine(Data, file.File), new(file.Path, file.Size, file.Checksum));
            Directory.CreateDirectory(Path.GetDirectoryName(part)!);
            File.CreateSymbolicLink(part, "/dev/full");
        }

        var error = await Assert.ThrowsAsync<EvaluationException>(() => FetchAsync(Spec("gsm8k::olmes")));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Data, Gsm8kFile)));
        Assert.Null(new DatasetFolder(Data).TryFind(Spec("gsm8k::olmes"), "test"));
        // It may say what is still to be fetched, but nothing that was.
        Assert.DoesNotContain("\"fetched\": \"20", File.Exists(Path.Combine(Data, "hub-manifest.json")) ? await File.ReadAllTextAsync(Path.Combine(Data, "hub-manifest.json"), Cancellation) : "", StringComparison.Ordinal);
    }

    /// <summary>A part of a split never passes for the whole, neither to a run nor to the next fetch.</summary>
    [Fact]
    public async Task A_split_that_is_not_whole_is_told_and_completed()
    {
        for (var i = 0; i < 3; i++)
        {
            _hub.Add("ybisk/piqa", $"data/validation-0000{i}-of-00003.jsonl", $$"""{"goal": "{{i}}"}""" + "\n");
        }

        _hub.Otherwise = (path, _) => path.EndsWith("00001-of-00003.jsonl", StringComparison.Ordinal) ? MadeHub.Answer(404, "gone") : null;
        var spec = Spec("piqa:rc::olmes");
        await Assert.ThrowsAsync<EvaluationException>(() => FetchAsync(spec));
        Assert.Contains("1 of the 3 files", Assert.Throws<EvaluationException>(() => new DatasetFolder(Data).Find(spec, spec.Split)).Message, StringComparison.Ordinal);
        Assert.Contains("gone or changed", (await Assert.ThrowsAsync<EvaluationException>(() => FetchAsync(spec, isOffline: true))).Message, StringComparison.Ordinal);
        _hub.Otherwise = (_, _) => null;
        _hub.Requests.Clear();
        await FetchAsync(spec);
        Assert.Equal(3, new DatasetFolder(Data).Find(spec, spec.Split).Paths.Count);
        // Of the same commit, without another look at the list.
        Assert.Equal(["data/validation-00001-of-00003.jsonl", "data/validation-00002-of-00003.jsonl"], _hub.Paths.Select(path => path[path.LastIndexOf("data/", StringComparison.Ordinal)..]));
    }

    [Fact]
    public async Task A_missing_file_names_the_command_and_examples_of_a_split_are_fetched_too()
    {
        Directory.CreateDirectory(Data);
        var error = Assert.Throws<EvaluationException>(() => new DatasetFolder(Data).Find(Spec("gsm8k::olmes"), "test"));
        Assert.Contains($"olmo eval fetch gsm8k::olmes --data {Data}", error.Message, StringComparison.Ordinal);
        foreach (var split in new[] { "train", "validation", "test" })
        {
            _hub.Add("allenai/sciq", $"data/{split}-00000-of-00001.jsonl", Row);
        }

        var sciq = Catalog.TaskNames.First(name => name.StartsWith("sciq", StringComparison.Ordinal) && Spec(name).Shots == 0);
        Assert.Equal(["validation"], (await FetchAsync(Spec(sciq))).Select(item => item.Split));
        Assert.Equal(["validation", "train"], (await FetchAsync(Catalog.Find(sciq, ["shots=2"]))).Select(item => item.Split));
    }

    /// <summary>The blob of "test content\n" in the Git book, and SHA-256 of "abc" in FIPS 180-2.</summary>
    [Fact]
    public void Checksums_are_the_published_ones()
    {
        _folder.Write("a", "test content");
        File.WriteAllText(Path.Combine(_folder.Path, "b"), "abc");
        Assert.True(FileChecksum.Git("d670460b4b4aece5915caf5c68d12f560a9fe3e4").IsOf(Path.Combine(_folder.Path, "a"), Cancellation));
        Assert.True(FileChecksum.Sha256("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad").IsOf(Path.Combine(_folder.Path, "b"), Cancellation));
        Assert.False(FileChecksum.Git("d670460b4b4aece5915caf5c68d12f560a9fe3e4").IsOf(Path.Combine(_folder.Path, "b"), Cancellation));
    }

    [Fact]
    public async Task One_fetch_at_a_time_writes_into_a_folder()
    {
        AddGsm8k();
        var plan = await Fetch().PlanAsync([Spec("gsm8k::olmes")], Cancellation);
        using (File.Open(Path.Combine(Data, ".fetch.lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None))
        {
            Assert.Contains("another fetch", (await Assert.ThrowsAsync<EvaluationException>(() => Fetch().RunAsync(plan, (_, _) => { }, Cancellation))).Message, StringComparison.Ordinal);
        }
    }

    /// <summary>What another fetch got since the plan was made stays, even of another commit: one split is never of two.</summary>
    [Fact]
    public async Task A_plan_that_another_fetch_was_quicker_with_fetches_nothing()
    {
        AddGsm8k();
        var (first, second) = (Fetch(), Fetch());
        var plan = await first.PlanAsync([Spec("gsm8k::olmes")], Cancellation);
        await first.RunAsync(plan, (_, _) => { }, Cancellation);
        var asked = _hub.Requests.Count;
        foreach (var commit in new[] { MadeHub.Commit, new string('d', 40) })
        {
            var item = Assert.Single(await second.RunAsync([plan[0] with { Files = [plan[0].Files[0] with { Commit = commit, Checksum = FileChecksum.Git(commit) }] }], (_, _) => { }, Cancellation));
            Assert.Equal((FetchState.Kept, MadeHub.Commit, asked), (item.State, item.Files[0].Commit, _hub.Requests.Count));
        }
    }

    [Theory]
    [InlineData("---\n---\n", "utf-8")]
    [InlineData("---\n---", "utf-8")]
    [InlineData("# About", "nonsense")]
    public async Task An_odd_card_says_nothing(string card, string charset)
    {
        AddGsm8k();
        _hub.Otherwise = (path, _) => path.EndsWith("README.md", StringComparison.Ordinal) ? MadeHub.Answer(200, card, $"Content-Type: text/plain; charset={charset}") : null;
        Assert.Equal("main/test.jsonl", Assert.Single((await FetchAsync(Spec("gsm8k::olmes")))[0].Files).Path);
    }

    [Theory]
    [InlineData("\"openai__gsm8k/x.jsonl\"", MadeHub.Commit, "gone or changed")]
    [InlineData("\"../x.jsonl\"", MadeHub.Commit, "'../x.jsonl' is not in the folder")]
    [InlineData("\"a/../../data2/x.jsonl\"", MadeHub.Commit, "is not in the folder")]
    [InlineData("\"/tmp/x.jsonl\"", MadeHub.Commit, "is not in the folder")]
    [InlineData("\".\"", MadeHub.Commit, "is not in the folder")]
    [InlineData("\"x.jsonl\"", "/../../../e", "its checksum is none")]
    [InlineData("null", MadeHub.Commit, "hub-manifest.json: it cannot be read")]
    [InlineData(null, MadeHub.Commit, "hub-manifest.json: it cannot be read")]
    public async Task A_manifest_cannot_name_files_elsewhere(string? file, string checksum, string reason)
    {
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(Path.Combine(Data, "hub-manifest.json"), file is null ? """{"files": [null]}""" : $$"""
            {"files": [{"file": {{file}}, "dataset": "openai/gsm8k", "config": "main", "split": "test", "repository": "openai/gsm8k", "revision": "main", "commit": "{{MadeHub.Commit}}",
            "path": "main/test.jsonl", "size": 43, "checksum": {"kind": "git-sha1", "value": "{{checksum}}"} }]}
            """, Cancellation);
        Assert.Contains(reason, (await Assert.ThrowsAsync<EvaluationException>(() => FetchAsync(Spec("gsm8k::olmes"), isOffline: true))).Message, StringComparison.Ordinal);
    }

    /// <summary>A file larger than the disk of which all but ten bytes are there: the hub is asked for them.</summary>
    [Fact]
    public async Task Room_is_needed_for_what_is_still_to_come()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "files without content take room there");
        AddGsm8k();
        var plan = await Fetch().PlanAsync([Spec("gsm8k::olmes")], Cancellation);
        var file = plan[0].Files[0] with { Size = new DriveInfo(Path.GetFullPath(Data)).AvailableFreeSpace + (1L << 40) };
        plan = [plan[0] with { Files = [file] }];
        _hub.Otherwise = (path, head) => path.Contains("test.jsonl", StringComparison.Ordinal) ? MadeHub.Answer(head.Contains($"Range: bytes={file.Size - 10}-", StringComparison.Ordinal) ? 404 : 400, "") : null;
        Assert.Contains("the disk has room for", (await Assert.ThrowsAsync<EvaluationException>(() => Fetch().RunAsync(plan, (_, _) => { }, Cancellation))).Message, StringComparison.Ordinal);
        var part = HubClient.PartOf(Path.Combine(Data, file.File), new(file.Path, file.Size, file.Checksum));
        Directory.CreateDirectory(Path.GetDirectoryName(part)!);
        using (var stream = File.Create(part))
        {
            stream.SetLength(file.Size - 10);
        }

        Assert.Contains("404", (await Assert.ThrowsAsync<EvaluationException>(() => Fetch().RunAsync(plan, (_, _) => { }, Cancellation))).Message, StringComparison.Ordinal);
    }

    /// <summary>Each time from the start, and never to the end: only what comes further than all before counts as gained.</summary>
    [Fact]
    public async Task A_server_that_begins_anew_and_drops_here_and_there_is_given_up()
    {
        var text = string.Concat(Enumerable.Repeat(Row, 100));
        AddGsm8k(text);
        var asked = 0;
        _hub.Otherwise = (path, _) => path.Contains("test.jsonl", StringComparison.Ordinal) && asked++ < 20
            ? Encoding.ASCII.GetBytes($"HTTP/1.1 200 X\r\nContent-Length: {text.Length}\r\n\r\n{text[..(asked % 3 == 1 ? 100 : asked % 3 == 2 ? 200 : 150)]}")
            : null;
        var error = await Assert.ThrowsAsync<EvaluationException>(() => FetchAsync(Spec("gsm8k::olmes")));
        Assert.Contains("(3 attempts in a row came no further)", error.Message, StringComparison.Ordinal);
        // 100 and 200 gained; 150, 100 and 200 again did not.
        Assert.Equal(5, asked);
    }

    private static TaskSpec Spec(string name) => Catalog.Find(name);

    private void AddGsm8k(string text = Row)
    {
        _hub.Add("openai/gsm8k", "main/test.jsonl", text);
        _hub.Add("openai/gsm8k", "main/train.jsonl", Row);
        _hub.Add("openai/gsm8k", "README.md", "# GSM8K");
    }

    private DatasetFetch Fetch(bool isOffline = false, bool verifies = false, string? revision = null, int retries = 2) =>
        new(Data, new() { Address = _hub.Address, Token = "secret", Retries = retries, FirstWait = TimeSpan.FromMilliseconds(1), LongestWait = TimeSpan.FromMilliseconds(2) })
        {
            IsOffline = isOffline, Verifies = verifies, Revision = revision,
        };

    private async Task<IReadOnlyList<FetchItem>> FetchAsync(TaskSpec spec, bool isOffline = false, bool verifies = false, string? revision = null)
    {
        var fetch = Fetch(isOffline, verifies, revision);
        return await fetch.RunAsync(await fetch.PlanAsync([spec], Cancellation), (_, _) => { }, Cancellation);
    }
}
