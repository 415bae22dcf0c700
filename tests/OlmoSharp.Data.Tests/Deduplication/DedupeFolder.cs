using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Configuration;
using OlmoSharp.Data.Deduplication;
using OlmoSharp.Data.Deduplication.Config;
using OlmoSharp.Data.Documents;
using OlmoSharp.Distributed;
using Xunit;

namespace OlmoSharp.Data.Tests.Deduplication;

/// <summary>A folder with documents to compare, and the ways to run a dedupe over them and to read what it wrote.</summary>
internal sealed class DedupeFolder : IDisposable
{
    private static readonly string[] Extensions = [".jsonl", ".jsonl.gz", ".jsonl.zst"];
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _shards = [];

    public string At(string relative) => _folder.At(relative.Split('/'));

    public void Dispose() => _folder.Dispose();

    /// <summary>Writes a shard; its extension follows from its number.</summary>
    public string Add(params IEnumerable<Document> documents)
    {
        var path = At($"documents/s/{_shards.Count:D3}{Extensions[_shards.Count % 3]}");
        DocumentWriter.WriteFile(path, documents);
        _shards.Add(path);
        return path;
    }

    /// <summary>Writes a shard of texts, whose documents are called SHARD-NUMBER.</summary>
    public string AddTexts(params string[] texts)
    {
        AddShard(_shards.Count, texts);
        return _shards[^1];
    }

    /// <summary>Writes a shard of texts and gives its documents.</summary>
    public List<Document> AddShard(int shard, IEnumerable<string> texts)
    {
        List<Document> documents = [.. texts.Select((text, number) => Document($"{shard}-{number}", text))];
        Add(documents);
        return documents;
    }

    public static Document Document(string id, string text, string? url = null) =>
        new() { Id = id, Text = text, Source = "s", Metadata = url is null ? null : new JsonObject { ["url"] = url } };

    /// <summary>A config for all the documents here.</summary>
    /// <param name="rules">The section <c>dedupe</c>, as YAML in braces.</param>
    /// <param name="more">Other keys, as YAML lines; <c>ROOT</c> is this folder.</param>
    public DedupeConfig Config(string rules, string more = "") => ConfigReader.ReadText<DedupeConfig>(
        $"documents: ['ROOT/documents/**/*']\ndedupe: {rules}\n{more}".Replace("ROOT", _folder.Path, StringComparison.Ordinal), "test.yaml");

    public DedupeResult Run(string rules, string more = "", IProcessGroup? group = null, bool quarantine = false, Action<long>? progress = null, CancellationTokenSource? stop = null) =>
        new DedupeJob(Config(rules, more)) { Group = group ?? SingleProcess.Instance, Quarantine = quarantine }
            .Run(progress, stop?.Token ?? TestContext.Current.CancellationToken);

    /// <summary>Stops a job at 20 places, the first and the last among them, and checks that it then goes on to the files of one that was not stopped.</summary>
    public void StopAnywhere(string rules, string more = "")
    {
        var steps = 0;
        Run(rules, more, progress: _ => steps++);
        var expected = Outputs();
        var random = new Random(5);
        for (var attempt = 0; attempt < 20; attempt++)
        {
            RemoveOutputs();
            File.Delete(At("filter.bloom"));
            using var stop = new CancellationTokenSource();
            var left = attempt switch { 0 => 1, 1 => steps, _ => random.Next(1, steps) };
            try
            {
                Run(rules, more, stop: stop, progress: _ =>
                {
                    if (--left == 0)
                    {
                        stop.Cancel();
                    }
                });
            }
            catch (OperationCanceledException)
            {
                Assert.DoesNotContain(Outputs().Keys, path => path.EndsWith(".tmp", StringComparison.Ordinal));
            }

            Run(rules, more);
            Assert.Equal(expected, Outputs());
        }
    }

    public DataException Fails(string rules, string more = "", bool quarantine = false) => Assert.Throws<DataException>(() => Run(rules, more, quarantine: quarantine));

    /// <summary>The spans of every document, by identifier.</summary>
    public Dictionary<string, List<AttributeSpan>> Spans(string set, string attribute)
    {
        var spans = new Dictionary<string, List<AttributeSpan>>();
        var (view, row) = (new DocumentView(), new AttributeRow());
        foreach (var path in DocumentPatterns.Expand([At("documents")]))
        {
            using var documents = new DocumentScanner(path);
            using var attributes = new AttributeReader(AttributePaths.Of(path, set));
            while (documents.Read(view))
            {
                attributes.Read(row, view);
                Assert.Equal([attribute], row.Names);
                spans.Add(System.Text.Encoding.UTF8.GetString(view.Id), [.. row.Spans(attribute)]);
            }

            attributes.ExpectEnd();
        }

        return spans;
    }

    /// <summary>All files but the documents, by name, as their bytes.</summary>
    public Dictionary<string, string> Outputs() => Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories)
        .Where(path => !path.StartsWith(At("documents"), StringComparison.Ordinal))
        .ToDictionary(path => Path.GetRelativePath(_folder.Path, path), path => Convert.ToHexString(File.ReadAllBytes(path)));

    public void RemoveOutputs()
    {
        foreach (var folder in Directory.GetDirectories(_folder.Path).Where(folder => Path.GetFileName(folder) != "documents"))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public static List<JsonElement> Lines(string path)
    {
        Stream stream = File.OpenRead(path);
        using var text = new StreamReader(path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(stream, CompressionMode.Decompress)
            : path.EndsWith(".zst", StringComparison.Ordinal) ? new ZstdSharp.DecompressionStream(stream) : stream);
        return [.. text.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }
}
