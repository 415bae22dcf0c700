using System.Globalization;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Jobs;
using OlmoSharp.Data.Shards;
using OlmoSharp.Data.Tokens.Config;
using OlmoSharp.Distributed;
using OlmoSharp.Tokenization;

namespace OlmoSharp.Data.Tokens;

/// <summary>
/// Encodes documents into token shards, in a random order of all documents or in that of their files. A first pass encodes each file; the documents, in their order, are
/// divided among shards; a second pass writes each shard; the side-car comes last. The shards depend on inputs and config alone, not on how many threads and processes there are.
/// </summary>
public sealed class TokensJob
{
    // Changes when the same documents and config may give other bytes.
    private const int Version = 1;
    private const string Name = "part";
    private const long MaxPartBytes = 1 << 30;

    private readonly TokensConfig _config;
    private readonly IReadOnlyList<string> _inputs;
    private readonly Tokenizer _tokenizer;
    private readonly TokenizerIdentity _identity;
    private readonly TokenType _type;
    private readonly DocumentOrder _order;

    /// <summary>Checks the config, loads the tokenizer and finds the files; nothing is written.</summary>
    /// <param name="config">The config.</param>
    /// <exception cref="DataException">Files are missing, or tokenizer and config do not go together.</exception>
    /// <exception cref="TokenizerException">The tokenizer cannot be loaded.</exception>
    public TokensJob(TokensConfig config)
    {
        _config = config;
        _inputs = DocumentPatterns.Expand(config.Documents);
        _tokenizer = Tokenizer.Load(config.Tokenizer.NameOrPath);
        _order = new DocumentOrder(config.Seed, config.Shuffle, _inputs.Count);
        _ = new DocumentEncoder(_tokenizer, config, _order);
        _identity = new TokenizerIdentity(_tokenizer.Sha256, _tokenizer.VocabularySize, DocumentEncoder.EndId(_tokenizer, config.Tokenizer));
        var smallest = TokenTypes.ForVocabulary(_tokenizer.VocabularySize);
        _type = config.Dtype ?? smallest;
        if (_type < smallest)
        {
            throw new DataException($"dtype: uint16 cannot hold the {_tokenizer.VocabularySize} ids of {config.Tokenizer.NameOrPath}. Use uint32, or remove the key.");
        }
    }

    /// <summary>Whether a line that is no document goes to a file in <c>.quarantine/</c> in the destination instead of stopping the job.</summary>
    public bool Quarantine { get; init; }

    /// <summary>The processes among which the work is divided.</summary>
    public IProcessGroup Group { get; init; } = SingleProcess.Instance;

    /// <summary>The document files.</summary>
    public IReadOnlyList<string> Inputs => _inputs;

    /// <summary>How a token is stored.</summary>
    public TokenType TokenType => _type;

    private string SideCar => Path.Combine(_config.Destination, Name + ShardManifest.FileSuffix);

    private string Scratch => Path.Combine(_config.WorkDir?.Output ?? _config.Destination, ".tokens-" + Name);

    private int Threads => _config.Debug ? 1 : _config.Processes;

    /// <summary>Everything but the documents that decides what they become.</summary>
    private string EncodeSettings => string.Join(
        '\n', Version, _identity, _type, _config.Tokenizer with { NameOrPath = "", PadTokenId = null, Refresh = 0, Fast = true }, _config.Seed, _config.Shuffle, _config.FillInTheMiddle, Quarantine);

    /// <summary>Runs the job.</summary>
    /// <param name="progress">Called with the documents this process has encoded so far.</param>
    /// <param name="cancellation">Stops between documents.</param>
    /// <exception cref="DataException">A file is damaged, a line is no document, no document has text, or the disk refuses.</exception>
    /// <exception cref="PeerFailedException">Another process failed.</exception>
    public TokensResult Run(Action<long>? progress = null, CancellationToken cancellation = default)
    {
        var records = GroupShare.Map(Group, Threads, _inputs.Count, index => FileRecord.Of(_inputs[index]));
        var settings = string.Join('\n', [EncodeSettings, _config.MaxSize, .. _inputs.Zip(records).Select(pair => $"{pair.First} {pair.Second.Hash}")]);
        var publish = Job("tokens", settings);
        ShardTask last = new() { Inputs = [], Outputs = [SideCar] };
        TokensResult result;
        if (publish.Finished([last])[0] && IsWhole())
        {
            var before = publish.Run([last], _ => throw new InvalidOperationException("a finished task ran again"), progress, cancellation);
            var shards = ShardManifest.Load(SideCar).Shards.Count;
            result = Result(before.Totals, shards, shards);
        }
        else
        {
            result = Make(settings, publish, last, progress, cancellation);
        }

        DeleteScratch();
        return result;
    }

    private TokensResult Make(string settings, ShardJob publish, ShardTask last, Action<long>? progress, CancellationToken cancellation)
    {
        var encode = new EncodePass(_config, _tokenizer, _type, _order, Quarantine);
        ShardTask[] encodeTasks = [.. _inputs.Select((input, file) => new ShardTask { Inputs = [input], Outputs = EncodeOutputs(file) })];
        var fileOf = encodeTasks.Index().ToDictionary(pair => pair.Item.Outputs[0], pair => pair.Index, StringComparer.Ordinal);
        var here = 0L;
        var encoded = Job("tokens encode", EncodeSettings, isIntermediate: true)
            .Run(encodeTasks, work => encode.Run(work, fileOf[work.Task.Outputs[0]]), done => progress?.Invoke(here = done), cancellation);
        var totals = encoded.Totals;
        if (totals["documents"] == 0)
        {
            throw new DataException($"{_config.Documents[0]}: none of the documents in {_inputs.Count} files has text, so there would be no shard. Check the documents.");
        }

        EncodedFile[] files = [.. encodeTasks.Select(task => new EncodedFile(task.Outputs[0], task.Outputs[1]))];
        var tokenSize = _type.SizeInBytes();
        var partBytes = Math.Min(MaxPartBytes, _config.MemoryInBytes / Threads);
        var shards = GroupShare.Gather(Group, () =>
        {
            if (Group.Rank > 0)
            {
                return null;
            }

            var plan = ShardPlan.Divide(files, _order, totals["documents"], _config.MaxSize, partBytes, tokenSize);
            RefuseLeftovers(plan.Count);
            File.Delete(SideCar);
            return plan;
        })[0]!;
        ShardTask[] gatherTasks = [.. Enumerable.Range(0, shards.Count).Select(shard => new ShardTask { Inputs = [], Outputs = [TokensPath(shard), ShardManifest.DocumentsPathFor(TokensPath(shard))] })];
        var shardOf = gatherTasks.Index().ToDictionary(pair => pair.Item.Outputs[0], pair => pair.Index, StringComparer.Ordinal);
        var gather = new GatherPass(files, _inputs, tokenSize);
        var gathered = Job("tokens gather", settings).Run(gatherTasks, work => gather.Run(work, shards[shardOf[work.Task.Outputs[0]]]), _ => progress?.Invoke(here), cancellation);
        publish.Run([last], work =>
        {
            work.Output(0).Write(new ShardManifest
            {
                FormatVersion = ShardManifest.CurrentFormatVersion,
                Dtype = _type,
                Tokenizer = _identity,
                Shards = [.. gathered.Manifests.Select(Entry)],
            }.ToJson());
            foreach (var (name, count) in totals)
            {
                work.Count(name, count);
            }
        }, cancellation: cancellation);
        return Result(totals, shards.Count, gathered.Skipped);
    }

    private static ShardEntry Entry(TaskManifest manifest) => new()
    {
        File = manifest.Outputs[0].Name,
        TokenCount = manifest.Counts["tokens"],
        DocumentCount = manifest.Counts["documents"],
        Utf8ByteCount = manifest.Counts["bytes"],
        TokensXxHash128 = manifest.Outputs[0].Hash,
        DocumentsXxHash128 = manifest.Outputs[1].Hash,
    };

    private static TokensResult Result(SortedDictionary<string, long> totals, int shards, int skipped) => new()
    {
        Shards = shards,
        Skipped = skipped,
        Documents = totals["documents"],
        Empty = totals["empty"],
        Tokens = totals["tokens"],
        TextBytes = totals["bytes"],
        Rewritten = totals.GetValueOrDefault("rewritten"),
        Quarantined = totals.GetValueOrDefault("quarantined"),
    };

    private ShardJob Job(string name, string settings, bool isIntermediate = false) => new(name, settings) { Threads = Threads, Group = Group, IsIntermediate = isIntermediate };

    private IReadOnlyList<string> EncodeOutputs(int file)
    {
        var name = file.ToString("D5", CultureInfo.InvariantCulture);
        List<string> outputs = [Path.Combine(Scratch, name + ".tokens"), Path.Combine(Scratch, name + ".index")];
        if (Quarantine)
        {
            outputs.Add(Path.Combine(_config.Destination, ".quarantine", name + ".jsonl"));
        }

        return outputs;
    }

    private string TokensPath(int shard) => Path.Combine(_config.Destination, string.Create(CultureInfo.InvariantCulture, $"{Name}-{shard:D5}.npy"));

    /// <summary>Whether the shards are what the side-car says.</summary>
    private bool IsWhole()
    {
        var entries = ShardManifest.Load(SideCar).Shards;
        return GroupShare.Map(Group, Threads, entries.Count, shard =>
            IsUnharmed(TokensPath(shard), entries[shard].TokensXxHash128) && IsUnharmed(ShardManifest.DocumentsPathFor(TokensPath(shard)), entries[shard].DocumentsXxHash128)).All(whole => whole);

        static bool IsUnharmed(string path, string hash) => File.Exists(path) && FileRecord.Of(path).Hash == hash;
    }

    private void RefuseLeftovers(int shards)
    {
        if (!Directory.Exists(_config.Destination))
        {
            return;
        }

        var ours = Enumerable.Range(0, shards).Select(shard => Path.GetFileName(TokensPath(shard))).ToHashSet(StringComparer.Ordinal);
        var leftover = Directory.EnumerateFiles(_config.Destination, $"{Name}-*.npy").Select(path => Path.GetFileName(path))
            .Where(name => ShardManifest.PathFor(name) == Name + ShardManifest.FileSuffix && !ours.Contains(name)).Order(StringComparer.Ordinal).FirstOrDefault();
        if (leftover is not null)
        {
            throw new DataException($"{_config.Destination}: holds {leftover}, which is none of the {shards} shards that this job makes. Delete what is left of an earlier job, or choose another destination.");
        }
    }

    private void DeleteScratch()
    {
        Group.Barrier();
        if (Group.Rank == 0 && Directory.Exists(Scratch))
        {
            try
            {
                Directory.Delete(Scratch, recursive: true);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new DataException($"{Scratch}: cannot be deleted: {error.Message} The shards are done; delete the folder.", error);
            }
        }
    }
}
