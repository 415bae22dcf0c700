using System.Security.Cryptography;
using System.Text;
using OlmoSharp.Data.Shards;
using OlmoSharp.Tokenization;
using OlmoSharp.Training.Config;

namespace OlmoSharp.Training;

/// <summary>What a run reads at each step: a pure function of its config and shards, no checkpoint or log needed.</summary>
public sealed class DataOrder : IDisposable
{
    private readonly List<TokenShardSet> _shards = [];
    private readonly TrainConfig _config;
    private readonly Tokenizer _tokenizer;

    private DataOrder(TrainConfig config, Tokenizer tokenizer)
    {
        _config = config;
        _tokenizer = tokenizer;
        Dataset = new(
            [.. config.Data.Sources.Select(source => new MixtureSource(source.Name, OpenShards(source.Shards), source.Repetition))],
            config.Data.SequenceLength, config.Data.Seed);
        var checksums = _shards.Select(source => string.Join('\n', source.Shards.Select(shard => shard.Entry!.TokensXxHash128)));
        ShardsSha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join("\n\n", checksums))));
    }

    /// <summary>The sequences in order.</summary>
    public TokenDataset Dataset { get; }

    /// <summary>SHA-256 over the checksums of the sources' shards in order: the same tokens, wherever they are, give the same.</summary>
    public string ShardsSha256 { get; }

    /// <summary>Opens the shards that a config names.</summary>
    /// <exception cref="Data.DataException">They are missing, damaged or of another tokenizer.</exception>
    public static DataOrder Open(TrainConfig config) => Open(config, Tokenizer.Load(config.Tokenizer));

    /// <summary>Where each sequence of a step came from.</summary>
    /// <param name="step">The step, from 1.</param>
    /// <exception cref="TrainingException">The run has no such step.</exception>
    public IReadOnlyList<InstanceOrigin> Inspect(long step) => Dataset.Inspect(Checked(step) - 1, _config.BatchSize);

    /// <summary>The text of each sequence of a step.</summary>
    /// <param name="step">The step, from 1.</param>
    /// <exception cref="TrainingException">The run has no such step.</exception>
    public IEnumerable<string> Texts(long step)
    {
        var tokens = new int[_config.BatchSize * _config.Data.SequenceLength];
        Dataset.GetBatch(Checked(step) - 1, _config.BatchSize, tokens);
        return tokens.Chunk(_config.Data.SequenceLength).Select(sequence => _tokenizer.Decode(sequence));
    }

    /// <inheritdoc/>
    public void Dispose() => _shards.ForEach(shards => shards.Dispose());

    /// <summary>Opens the shards for a tokenizer that is loaded already.</summary>
    internal static DataOrder Open(TrainConfig config, Tokenizer tokenizer) => new(config, tokenizer);

    /// <summary>Opens further shards that are closed with these, e.g. held-out text.</summary>
    internal TokenShardSet OpenShards(string path)
    {
        var shards = TokenShardSet.Open(path, new TokenShardSetOptions { TokenizerSha256 = _tokenizer.Sha256 });
        _shards.Add(shards);
        return shards;
    }

    private long Checked(long step)
        => step >= 1 && step <= _config.Steps ? step : throw new TrainingException($"step {step}: the run has steps 1 to {_config.Steps}");
}
