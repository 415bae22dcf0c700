using OlmoSharp.Data.Shards;
using OlmoSharp.Tokenization;

namespace OlmoSharp.Data.Mixing;

/// <summary>Plans a mix: measures the sources, and finds the sampling rates that give each its share.</summary>
public sealed class MixPlan
{
    private readonly MixConfig _config;

    private MixPlan(MixConfig config, IReadOnlyList<MixPool> pools, IReadOnlyList<MixtureShare> shares)
    {
        _config = config;
        Pools = pools;
        Shares = shares;
    }

    /// <summary>What is known of each source, in the order of the plan.</summary>
    public IReadOnlyList<MixPool> Pools { get; }

    /// <summary>What the mix takes of each source, in the order of the plan.</summary>
    public IReadOnlyList<MixtureShare> Shares { get; }

    /// <summary>Plans.</summary>
    /// <param name="config">A config with a plan.</param>
    /// <param name="progress">Called with the documents measured so far.</param>
    /// <param name="cancellation">Stops between documents.</param>
    /// <exception cref="DataException">A source cannot be measured, or the mix is impossible.</exception>
    public static MixPlan Make(MixConfig config, Action<long>? progress = null, CancellationToken cancellation = default)
    {
        var plan = config.Plan ?? throw new DataException("plan: there is none. Give it sources with targets; docs/data.md has an example.");
        if (config.Streams.FirstOrDefault(stream => plan.Sources.All(source => source.Name != stream.Name)) is { } unplanned)
        {
            throw new DataException($"plan: the stream {unplanned.Name} is no source of the plan. Add it there, or remove the stream.");
        }

        long done = 0;
        Lazy<Tokenizer?> tokenizer = new(() => plan.Tokenizer is null ? null : Tokenizer.Load(plan.Tokenizer));
        var pools = plan.Sources.Select(source => Measure(config, plan, source, tokenizer, () =>
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Invoke(Interlocked.Increment(ref done));
        })).ToList();
        var sources = plan.Sources.Zip(pools, (source, pool) => new MixtureSource(source.Name, pool.Tokens, source.Target, source.MaxRepetition)).ToList();
        return new MixPlan(config, pools, MixtureSolver.Solve(plan.TotalTokens, sources));
    }

    /// <summary>The config of the planned mix: the streams with their sampling rates, and a stream for each source that had none.</summary>
    /// <exception cref="DataException">A source has neither stream nor documents, or there is no folder for its stream.</exception>
    public MixConfig Config()
    {
        var plan = _config.Plan!;
        var streams = _config.Streams.ToList();
        foreach (var source in plan.Sources.Where(source => streams.TrueForAll(stream => stream.Name != source.Name)))
        {
            var documents = source.Documents ?? throw new DataException($"plan: {source.Name} has no documents, so it cannot be mixed. Give it documents, or a stream of its name.");
            var path = plan.Output ?? throw new DataException($"plan: there is no folder for the documents of {source.Name}. Give plan.output, or a stream of its name.");
            streams.Add(new MixStreamConfig { Name = source.Name, Documents = documents, Output = new MixOutputConfig { Path = path } });
        }

        return _config with
        {
            Plan = null,
            Streams = [.. streams.Select(stream => stream with { Sample = Shares.First(share => share.Source.Name == stream.Name).Repetition })],
        };
    }

    private static MixPool Measure(MixConfig config, MixPlanConfig plan, MixPlanSource source, Lazy<Tokenizer?> tokenizer, Action advance)
    {
        if (source.Tokens is { } given)
        {
            return new MixPool(given, "given");
        }

        if (source.Shards is not null)
        {
            using var shards = TokenShardSet.Open(source.Shards);
            return new MixPool(shards.TokenCount, "token shards");
        }

        if (tokenizer.Value is null && plan.BytesPerToken is null)
        {
            throw new DataException($"plan: there is no way to know how many tokens {source.Name} has. Give it tokens or shards, or give plan.tokenizer or plan.bytes_per_token.");
        }

        var streams = config.Streams.Where(stream => stream.Name == source.Name).ToList();
        if (streams.Count == 0)
        {
            var documents = source.Documents ?? throw new DataException($"plan: {source.Name} has neither tokens, shards, documents, nor a stream of its name. Give it one of them.");
            streams.Add(new MixStreamConfig { Name = source.Name, Documents = documents, Output = new MixOutputConfig { Path = "." } });
        }

        return Count(new MixLayout(config with { Streams = streams }).Inputs, plan, config.Processes, tokenizer.Value, advance);
    }

    private static MixPool Count(IReadOnlyList<MixInput> inputs, MixPlanConfig plan, int threads, Tokenizer? tokenizer, Action advance)
    {
        var all = inputs.Sum(input => input.Bytes);
        var measured = new List<MixInput>();
        long bytes = 0;
        foreach (var input in inputs.OrderBy(input => System.IO.Hashing.XxHash3.HashToUInt64(System.Text.Encoding.UTF8.GetBytes(Path.GetFileName(input.Documents)))).ThenBy(input => input.Documents, StringComparer.Ordinal))
        {
            if (measured.Count > 0 && bytes >= plan.SampleBytes)
            {
                break;
            }

            measured.Add(input);
            bytes += input.Bytes;
        }

        long amount = 0;
        try
        {
            Parallel.ForEach(measured, new ParallelOptions { MaxDegreeOfParallelism = threads }, input =>
                Interlocked.Add(ref amount, Count(input, tokenizer, advance)));
        }
        catch (AggregateException error)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error.InnerExceptions[0]);
        }

        var tokens = tokenizer is null ? amount / plan.BytesPerToken!.Value : amount;
        var how = tokenizer is null ? "bytes" : "tokenized";
        return measured.Count == inputs.Count
            ? new MixPool(Math.Round(tokens), how)
            : new MixPool(Math.Round(tokens * all / Math.Max(1, bytes)), $"{how}, {measured.Count} of {inputs.Count} files");
    }

    /// <summary>Counts the tokens of the documents that a file gives to the mix, or the bytes where there is no tokenizer.</summary>
    private static long Count(MixInput input, Tokenizer? tokenizer, Action advance)
    {
        using var file = new MixedFile(input.Stream, input, null);
        var ids = new List<int>();
        long amount = 0;
        while (file.Read())
        {
            advance();
            if (file.Mix() is not null)
            {
                continue;
            }

            if (tokenizer is null)
            {
                amount += file.TextLength;
                continue;
            }

            ids.Clear();
            tokenizer.Encode(System.Text.Encoding.UTF8.GetString(file.Text.Span), ids);
            amount += ids.Count + 1;
        }

        return amount;
    }
}
