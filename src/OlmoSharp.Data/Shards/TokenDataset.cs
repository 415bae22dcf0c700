namespace OlmoSharp.Data.Shards;

/// <summary>
/// Training instances of fixed length from a mixture of sources. As OLMo does, the tokens of a source are cut into blocks of the sequence length, the
/// incomplete last block dropped; a block is both input and, shifted by one, target. Unlike OLMo, a block may cross from one shard file of a source to the
/// next, so that the way a source is divided into files changes nothing. Which block comes when is <see cref="MixtureOrder"/>, a pure function of the
/// sources and the seed: any step can be read or inspected at once and in any order. Thread-safe.
/// </summary>
public sealed class TokenDataset
{
    private readonly MixtureSource[] _sources;
    private readonly MixtureOrder _order;

    /// <summary>Prepares a dataset.</summary>
    /// <param name="sources">The sources, all of one tokenizer.</param>
    /// <param name="sequenceLength">Tokens in an instance.</param>
    /// <param name="seed">Seed of the data order.</param>
    /// <exception cref="DataException">No source, two of one name, a bad repetition, a source shorter than one instance, or sources of different tokenizers.</exception>
    public TokenDataset(IReadOnlyList<MixtureSource> sources, int sequenceLength, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sequenceLength);
        _sources = [.. sources];
        SequenceLength = sequenceLength;
        foreach (var source in _sources)
        {
            Check(source, sequenceLength);
        }

        _order = new MixtureOrder([.. _sources.Select(source => new MixtureShare(source.Name, source.Shards.TokenCount / sequenceLength, source.Repetition))], seed);
    }

    /// <summary>Tokens in an instance.</summary>
    public int SequenceLength { get; }

    /// <summary>Instances in one epoch of the mixture, repetitions counted.</summary>
    public long InstanceCount => _order.Count;

    /// <summary>Instances of each source in one epoch of the mixture, in the order of the sources.</summary>
    public IReadOnlyList<long> InstanceCounts => [.. Enumerable.Range(0, _sources.Length).Select(_order.CountOf)];

    /// <summary>
    /// Reads the batch of a step: instances step × batchSize and following of the order, without end (a new epoch follows the last instance).
    /// Micro-batch m of M equal ones is <c>GetBatch(step × M + m, batchSize / M, …)</c>.
    /// </summary>
    /// <param name="step">Step, from 0.</param>
    /// <param name="batchSize">Instances in a batch.</param>
    /// <param name="tokens">Filled with token ids, [batch, sequence].</param>
    /// <exception cref="DataException">An id lies outside the vocabulary.</exception>
    public void GetBatch(long step, int batchSize, Span<int> tokens)
    {
        CheckBatch(step, batchSize);
        if (tokens.Length != (long)batchSize * SequenceLength)
        {
            throw new ArgumentException($"Room for {tokens.Length} tokens instead of {batchSize} × {SequenceLength}.", nameof(tokens));
        }

        for (int i = 0; i < batchSize; i++)
        {
            var instance = _order[checked((step * batchSize) + i)];
            _sources[instance.Source].Shards.Read(instance.Instance * SequenceLength, tokens.Slice(i * SequenceLength, SequenceLength));
        }
    }

    /// <summary>Tells where each instance of a step's batch came from, without reading its tokens.</summary>
    /// <param name="step">Step, from 0.</param>
    /// <param name="batchSize">Instances in a batch.</param>
    /// <exception cref="DataException">An offsets file is missing, corrupted, or disagrees with its shard.</exception>
    public IReadOnlyList<InstanceOrigin> Inspect(long step, int batchSize)
    {
        CheckBatch(step, batchSize);
        return [.. Enumerable.Range(0, batchSize).Select(i => Origin(_order[checked((step * batchSize) + i)]))];
    }

    private static void CheckBatch(long step, int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
    }

    private InstanceOrigin Origin(MixtureInstance instance)
    {
        var source = _sources[instance.Source];
        long start = instance.Instance * SequenceLength;
        return new InstanceOrigin
        {
            Source = source.Name,
            Instance = instance.Instance,
            Pass = instance.Pass,
            Ranges = source.Shards.Split(start, SequenceLength),
            Documents = [.. source.Shards.DocumentsIn(start, start + SequenceLength).Select(document => Place(document, start))],
        };
    }

    private InstanceDocument Place(ShardDocument document, long instanceStart)
    {
        long start = document.Shard.Offset + document.Start - instanceStart;
        long end = document.Shard.Offset + document.End - instanceStart;
        return new InstanceDocument(document, (int)Math.Max(start, 0), (int)Math.Min(end, SequenceLength));
    }

    private void Check(MixtureSource source, int sequenceLength)
    {
        if (source.Shards.TokenCount < sequenceLength)
        {
            throw new DataException(
                $"Source '{source.Name}' has {source.Shards.TokenCount} tokens, fewer than one sequence of {sequenceLength}. "
                + "Give it more text, shorten the sequence, or leave it out.");
        }

        if (source.Shards.Tokenizer != _sources[0].Shards.Tokenizer)
        {
            throw new DataException(
                $"Source '{source.Name}' was made with tokenizer {source.Shards.Tokenizer?.Sha256 ?? "unknown"}, but source '{_sources[0].Name}' with "
                + $"{_sources[0].Shards.Tokenizer?.Sha256 ?? "unknown"}. Encode all sources with one tokenizer.");
        }
    }
}
