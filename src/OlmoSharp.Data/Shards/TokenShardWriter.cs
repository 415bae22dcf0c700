using System.Globalization;

namespace OlmoSharp.Data.Shards;

/// <summary>
/// Writes tokenized documents as shards that Dolma and OLMo-core read: <c>NAME-NNNNN.npy</c> holds raw little-endian ids without a numpy header, every
/// document followed by the end-of-text id; <c>NAME-NNNNN.csv.gz</c> holds one headerless row <c>start,end,id,src,loc</c> a document (token offsets in
/// that file, end exclusive; <c>loc</c> is the 1-based line of the document in its source file). <see cref="Complete"/> gives the files their final names
/// and writes the side-car (<see cref="ShardManifest"/>) last; disposing without it removes everything written.
/// </summary>
/// <remarks>The same documents give the same bytes. Not thread-safe.</remarks>
public sealed class TokenShardWriter : IDisposable
{
    /// <summary>Tokens in a shard unless told otherwise: 2³⁰, as Dolma.</summary>
    public const long DefaultMaxTokensPerShard = 1L << 30;

    private readonly string _folder;
    private readonly string _name;
    private readonly TokenizerIdentity _tokenizer;
    private readonly TokenType _type;
    private readonly long _maxTokensPerShard;
    private readonly List<ShardEntry> _entries = [];
    private readonly List<string> _files = [];
    private StagedShard? _current;
    private int _publishedFiles;
    private bool _closed;

    /// <summary>Prepares to write a set of shards.</summary>
    /// <param name="folder">Folder for the shards; made when missing.</param>
    /// <param name="name">Name that the files of the set start with.</param>
    /// <param name="tokenizer">The tokenizer of the ids; its vocabulary decides between uint16 and uint32.</param>
    /// <param name="maxTokensPerShard">A shard is closed before it would pass this. A longer document gets a shard of its own, whole.</param>
    /// <exception cref="DataException">Shards of this name exist, or the folder cannot be written.</exception>
    public TokenShardWriter(string folder, string name, TokenizerIdentity tokenizer, long maxTokensPerShard = DefaultMaxTokensPerShard)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxTokensPerShard);
        if (name.Length == 0 || name != Path.GetFileName(name))
        {
            throw new ArgumentException($"'{name}' is not the start of a file name.", nameof(name));
        }

        if (tokenizer.Problem() is { } problem)
        {
            throw new ArgumentException($"Bad tokenizer identity: {problem}.", nameof(tokenizer));
        }

        _folder = folder;
        _name = name;
        _tokenizer = tokenizer;
        _type = TokenTypes.ForVocabulary(tokenizer.VocabularySize);
        _maxTokensPerShard = maxTokensPerShard;
        Guard(PrepareFolder);
    }

    /// <summary>Adds a document.</summary>
    /// <param name="id">Id of the document, on one line.</param>
    /// <param name="sourceFile">File that the document came from, on one line.</param>
    /// <param name="line">1-based line of the document in that file.</param>
    /// <param name="tokens">Its ids without an end-of-text id, which the writer appends.</param>
    /// <param name="utf8ByteCount">Length of its text in UTF-8.</param>
    /// <exception cref="DataException">An id lies outside the vocabulary or ends text inside the document, a name spans lines, or the disk refuses.</exception>
    public void Write(string id, string sourceFile, long line, ReadOnlySpan<int> tokens, long utf8ByteCount)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(utf8ByteCount);
        Check(id, sourceFile, line, tokens);
        try
        {
            if (_current is not null && _current.TokenCount + tokens.Length + 1 > _maxTokensPerShard)
            {
                FinishCurrent();
            }

            _current ??= StartShard();
            _current.Append(id, sourceFile, line, tokens, _tokenizer.EndOfTextId, utf8ByteCount);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(exception);
        }
    }

    /// <summary>Closes the last shard, gives every file its final name, and writes the side-car.</summary>
    /// <returns>The side-car as written.</returns>
    /// <exception cref="DataException">The disk refuses; then nothing of the set remains.</exception>
    public ShardManifest Complete()
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        var manifest = new ShardManifest
        {
            FormatVersion = ShardManifest.CurrentFormatVersion,
            Dtype = _type,
            Tokenizer = _tokenizer,
            Shards = _entries,
        };
        Guard(() =>
        {
            FinishCurrent();
            for (; _publishedFiles < _files.Count; _publishedFiles++)
            {
                File.Move(_files[_publishedFiles] + StagedShard.TemporarySuffix, _files[_publishedFiles]);
            }

            WriteManifest(manifest);
        });
        _closed = true;
        return manifest;
    }

    /// <summary>Removes what was written, unless <see cref="Complete"/> succeeded.</summary>
    public void Dispose()
    {
        if (_closed)
        {
            return;
        }

        _closed = true;
        _current?.Dispose();
        for (int i = 0; i < _files.Count; i++)
        {
            File.Delete(i < _publishedFiles ? _files[i] : _files[i] + StagedShard.TemporarySuffix);
        }

        File.Delete(ManifestPath + StagedShard.TemporarySuffix);
    }

    private string ManifestPath => Path.Combine(_folder, _name + ShardManifest.FileSuffix);

    private void PrepareFolder()
    {
        Directory.CreateDirectory(_folder);
        foreach (string path in Directory.EnumerateFiles(_folder, _name + "*").Order(StringComparer.Ordinal))
        {
            bool temporary = path.EndsWith(StagedShard.TemporarySuffix, StringComparison.Ordinal);
            string file = Path.GetFileName(temporary ? path[..^StagedShard.TemporarySuffix.Length] : path);
            string manifest = _name + ShardManifest.FileSuffix;
            if (file != manifest && ShardManifest.PathFor(file.Replace(".csv.gz", ".npy", StringComparison.Ordinal)) != manifest)
            {
                continue;
            }

            if (!temporary)
            {
                throw new DataException($"{path}: shards of this name exist already. Delete them, or choose another folder or name.");
            }

            File.Delete(path);
        }
    }

    private void Check(string id, string sourceFile, long line, ReadOnlySpan<int> tokens)
    {
        if (id.AsSpan().ContainsAny('\n', '\r') || sourceFile.AsSpan().ContainsAny('\n', '\r'))
        {
            throw new DataException($"{sourceFile}:{line}: the id '{id}' or the file's name holds a line break, which document offsets cannot store. Rename it.");
        }

        for (int i = 0; i < tokens.Length; i++)
        {
            if ((uint)tokens[i] >= (uint)_tokenizer.VocabularySize)
            {
                throw new DataException(
                    $"{sourceFile}:{line}: token {i} of document '{id}' is {tokens[i]}, outside the vocabulary of {_tokenizer.VocabularySize}. "
                    + "Encode with the tokenizer that these shards are declared for.");
            }

            if (tokens[i] == _tokenizer.EndOfTextId)
            {
                throw new DataException(
                    $"{sourceFile}:{line}: token {i} of document '{id}' is the end-of-text id {tokens[i]}, which would split the document. "
                    + "Encode text without special tokens; the writer appends the end of text itself.");
            }
        }
    }

    private StagedShard StartShard()
    {
        string file = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{_name}-{_entries.Count:D5}.npy"));
        _files.Add(file);
        _files.Add(ShardManifest.DocumentsPathFor(file));
        return new StagedShard(file, _type);
    }

    private void FinishCurrent()
    {
        if (_current is not null)
        {
            _entries.Add(_current.Finish());
            _current = null;
        }
    }

    private void WriteManifest(ShardManifest manifest)
    {
        using (var stream = new FileStream(ManifestPath + StagedShard.TemporarySuffix, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            stream.Write(manifest.ToJson());
            stream.Flush(flushToDisk: true);
        }

        File.Move(ManifestPath + StagedShard.TemporarySuffix, ManifestPath);
    }

    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(exception);
        }
    }

    private DataException CannotWrite(Exception exception) =>
        new($"{_folder}: cannot write the shards '{_name}' ({exception.Message}). Nothing of them is kept; free the space or fix the folder, and run again.", exception);
}
