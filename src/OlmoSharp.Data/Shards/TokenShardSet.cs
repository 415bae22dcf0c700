namespace OlmoSharp.Data.Shards;

/// <summary>
/// Token shards opened for reading as one stream: the tokens of all shards, one shard after the other. Opening checks that every shard is whole and that
/// all agree on one tokenizer; reading is thread-safe until the set is disposed.
/// </summary>
public sealed class TokenShardSet : IDisposable
{
    private readonly TokenShard[] _shards;
    private bool _disposed;

    private TokenShardSet(TokenShard[] shards, TokenizerIdentity? tokenizer)
    {
        _shards = shards;
        Tokenizer = tokenizer;
        TokenCount = shards.Sum(shard => shard.TokenCount);
    }

    /// <summary>The shards in stream order.</summary>
    public IReadOnlyList<TokenShard> Shards => _shards;

    /// <summary>The tokenizer all shards were made with; null when they have no side-car.</summary>
    public TokenizerIdentity? Tokenizer { get; }

    /// <summary>Number of tokens in the stream.</summary>
    public long TokenCount { get; }

    /// <summary>Number of documents; null when a shard has no side-car.</summary>
    public long? DocumentCount => Sum(entry => entry.DocumentCount);

    /// <summary>Bytes of UTF-8 of the documents' text, for bits per byte; null when a shard has no side-car.</summary>
    public long? Utf8ByteCount => Sum(entry => entry.Utf8ByteCount);

    /// <summary>Opens the shards of one path. See <see cref="Open(IEnumerable{string}, TokenShardSetOptions)"/>.</summary>
    public static TokenShardSet Open(string path, TokenShardSetOptions? options = null) => Open([path], options);

    /// <summary>Opens shards.</summary>
    /// <param name="paths">Folders (searched whole), <c>.npy</c> files, side-cars, or patterns with <c>*</c> and <c>**</c>; in this order, within a path by name.</param>
    /// <param name="options">What to expect and check.</param>
    /// <exception cref="DataException">Something is missing, truncated, corrupted, or made with another tokenizer.</exception>
    public static TokenShardSet Open(IEnumerable<string> paths, TokenShardSetOptions? options = null)
    {
        options ??= new TokenShardSetOptions();
        var shards = new List<TokenShard>();
        try
        {
            var located = ShardLocator.Locate(paths);
            var tokenizer = CommonTokenizer(located, options);
            foreach (var shard in located)
            {
                shards.Add(new TokenShard(shard, TypeOf(shard, options), shards.Count == 0 ? 0 : shards[^1].Offset + shards[^1].TokenCount));
                if (options.VerifyHashes)
                {
                    shards[^1].VerifyHashes();
                }
            }

            return new TokenShardSet([.. shards], tokenizer);
        }
        catch (Exception exception)
        {
            shards.ForEach(shard => shard.Dispose());
            if (exception is IOException or UnauthorizedAccessException)
            {
                throw new DataException($"{string.Join(", ", paths)}: cannot open these token shards ({exception.Message}). Check the files and their permissions.", exception);
            }

            throw;
        }
    }

    /// <summary>Copies tokens of the stream.</summary>
    /// <param name="offset">Position of the first token.</param>
    /// <param name="tokens">Filled whole.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range does not lie in the stream.</exception>
    /// <exception cref="DataException">An id lies outside the vocabulary.</exception>
    public void Read(long offset, Span<int> tokens)
    {
        foreach (var range in Split(offset, tokens.Length))
        {
            int length = (int)(range.End - range.Start);
            range.Shard.Read(range.Start, tokens[..length]);
            tokens = tokens[length..];
        }
    }

    /// <summary>The documents that share a token with the range [<paramref name="start"/>, <paramref name="end"/>) of the stream, in order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range does not lie in the stream.</exception>
    /// <exception cref="DataException">An offsets file is missing, corrupted, or disagrees with its shard.</exception>
    public IReadOnlyList<ShardDocument> DocumentsIn(long start, long end) =>
        [.. Split(start, end - start).SelectMany(range => range.Shard.DocumentsIn(range.Start, range.End))];

    /// <summary>The pieces of shards that make up a range of the stream: one, unless the range crosses from a shard to the next.</summary>
    /// <param name="start">First token.</param>
    /// <param name="length">Number of tokens.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range does not lie in the stream.</exception>
    public IReadOnlyList<ShardRange> Split(long start, long length)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, TokenCount - start);
        var ranges = new List<ShardRange>(1);
        for (int i = ShardAt(start); length > 0; i++)
        {
            var shard = _shards[i];
            long first = start - shard.Offset;
            long end = Math.Min(shard.TokenCount, first + length);
            if (end > first)
            {
                ranges.Add(new ShardRange(shard, first, end));
                start += end - first;
                length -= end - first;
            }
        }

        return ranges;
    }

    /// <summary>Unmaps the files.</summary>
    public void Dispose()
    {
        _disposed = true;
        foreach (var shard in _shards)
        {
            shard.Dispose();
        }
    }

    private static TokenizerIdentity? CommonTokenizer(IReadOnlyList<LocatedShard> located, TokenShardSetOptions options)
    {
        LocatedShard? first = null;
        foreach (var shard in located)
        {
            first ??= shard;
            var tokenizer = shard.Manifest?.Tokenizer;
            if (tokenizer != first.Manifest?.Tokenizer)
            {
                throw new DataException(
                    $"{shard.Path}: made with {Describe(tokenizer)}, but {first.Path} with {Describe(first.Manifest?.Tokenizer)}. "
                    + "Shards read together must share one tokenizer: encode again with one of them.");
            }

            if (options.TokenizerSha256 is not null && tokenizer?.Sha256 != options.TokenizerSha256)
            {
                throw new DataException(
                    $"{shard.Path}: made with {Describe(tokenizer)}, but tokenizer {options.TokenizerSha256} is expected. "
                    + "Use the tokenizer that made the shards, or encode the text again.");
            }
        }

        return first?.Manifest?.Tokenizer;
    }

    private static string Describe(TokenizerIdentity? tokenizer) => tokenizer is null
        ? "an unknown tokenizer (no side-car)"
        : $"tokenizer {tokenizer.Sha256} (vocabulary {tokenizer.VocabularySize}, end of text {tokenizer.EndOfTextId})";

    private static TokenType TypeOf(LocatedShard shard, TokenShardSetOptions options) => shard.Manifest?.Dtype
        ?? options.TypeWithoutSideCar
        ?? throw new DataException(
            $"{shard.Path}: has no side-car ({Path.GetFileName(ShardManifest.PathFor(shard.Path) ?? "NAME" + ShardManifest.FileSuffix)}), so its type is unknown: "
            + "made by another tool, or left by an interrupted run. Say whether its tokens are uint16 or uint32, or write the shards again.");

    private int ShardAt(long offset)
    {
        int low = 0;
        int high = _shards.Length - 1;
        while (low < high)
        {
            int middle = high - ((high - low) / 2);
            if (_shards[middle].Offset <= offset)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low;
    }

    private long? Sum(Func<ShardEntry, long> value) => _shards.Any(shard => shard.Entry is null) ? null : _shards.Sum(shard => value(shard.Entry!));
}
