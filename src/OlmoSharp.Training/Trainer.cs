using System.Diagnostics;
using OlmoSharp.Data.Configuration;
using OlmoSharp.Data.Documents;
using OlmoSharp.Models;
using OlmoSharp.Models.HuggingFace;
using OlmoSharp.Tokenization;
using OlmoSharp.Torch.Native;
using OlmoSharp.Torch.Operators;
using OlmoSharp.Training.Callbacks;
using OlmoSharp.Training.Checkpoints;
using OlmoSharp.Training.Config;
using OlmoSharp.Training.Evaluation;
using OlmoSharp.Training.Optimization;
using static TorchSharp.torch;

namespace OlmoSharp.Training;

/// <summary>
/// Trains a model: reads the batch that the data order gives for each step, adds up gradients over micro-batches, clips, updates.
/// Everything else is a <see cref="TrainingCallback"/>. The same config and shards give the same bits, also after stopping anywhere.
/// </summary>
public sealed class Trainer : IDisposable
{
    private readonly DataOrder _data;
    private readonly AdamW _optimizer;
    private readonly SpikeGuard _guard;
    private readonly int[] _batch;
    private readonly long[] _targets;

    private Trainer(TrainConfig config, Tokenizer tokenizer)
    {
        Config = config;
        Tokenizer = tokenizer;
        Checkpoints = new(config.Run);
        if (config.Threads > 0)
        {
            TorchBackend.Threads = config.Threads;
        }

        _data = DataOrder.Open(config, tokenizer);
        HeldOut = [.. config.Data.HeldOut.Select(source => new HeldOutSource(source.Name, _data.OpenShards(source.Shards)))];
        Model = new(
            config.Model, TorchBackend.Device(config.Device),
            config.Precision == Precision.Bfloat16 ? ScalarType.BFloat16 : ScalarType.Float32);
        Model.Parameters.EnableGradients();
        _optimizer = new(Model.Parameters, config.Optimizer);
        _guard = new(config.SpikeGuard);
        _batch = new int[config.EffectiveMicroBatchSize * config.Data.SequenceLength];
        _targets = new long[_batch.Length];
    }

    /// <summary>The run.</summary>
    public TrainConfig Config { get; }

    /// <summary>The tokenizer that made the shards.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>The model in training.</summary>
    public Transformer Model { get; }

    /// <summary>Held-out text.</summary>
    public IReadOnlyList<HeldOutSource> HeldOut { get; }

    /// <summary>The run's checkpoints.</summary>
    public CheckpointStore Checkpoints { get; }

    /// <summary>Steps done.</summary>
    public long Step { get; private set; }

    /// <summary>Tokens seen.</summary>
    public long Tokens => Step * Config.BatchSize * Config.Data.SequenceLength;

    /// <summary>Steps that the spike guard refused.</summary>
    public long SkippedSteps => _guard.Skipped;

    /// <summary>Prepares a run: checks tokenizer and shards, makes the run's folder, sets or loads the weights.</summary>
    /// <param name="config">The run.</param>
    /// <param name="resume">Goes on from the run's last checkpoint if it has one; otherwise a run that has checkpoints is an error.</param>
    /// <exception cref="TrainingException">The run cannot start; nothing was changed.</exception>
    public static Trainer Create(TrainConfig config, bool resume = false)
    {
        var tokenizer = Tokenizer.Load(config.Tokenizer);
        if (tokenizer.VocabularySize > config.Model.VocabularySize)
        {
            throw new TrainingException(
                $"model.vocabulary_size is {config.Model.VocabularySize}, but {config.Tokenizer} has {tokenizer.VocabularySize} ids; raise it");
        }

        config = config with
        {
            Model = config.Model with { EndOfTextId = tokenizer.EndOfTextId, PaddingId = tokenizer.PaddingId },
        };
        var trainer = new Trainer(config, tokenizer);
        try
        {
            trainer.Prepare(resume);
            return trainer;
        }
        catch
        {
            trainer.Dispose();
            throw;
        }
    }

    /// <summary>Trains up to the last step, or until cancelled; then the step under way is finished.</summary>
    /// <param name="callbacks">What to do besides, in this order after each step.</param>
    /// <param name="cancellation">Stops after the current step; <see cref="TrainingCallback.OnEnd"/> is still called.</param>
    /// <exception cref="TrainingException">The config names tasks, but no callback evaluates on tasks.</exception>
    public void Run(IReadOnlyList<TrainingCallback> callbacks, CancellationToken cancellation = default)
    {
        if (Config.Evaluation.Tasks.Count > 0 && !callbacks.Any(callback => callback is TaskEvaluation))
        {
            throw new TrainingException($"evaluation.tasks has {Config.Evaluation.Tasks.Count} names, but the run has no {nameof(TaskEvaluation)}; add one, or leave the tasks out");
        }

        foreach (var callback in callbacks)
        {
            callback.OnStart(this);
        }

        if (Step == 0 || Step == Config.Steps)
        {
            var figures = new SortedDictionary<string, double>(StringComparer.Ordinal);
            foreach (var callback in callbacks)
            {
                if (Step == 0)
                {
                    callback.OnFirstStep(this, figures);
                }
                else
                {
                    callback.OnLastStepAgain(this, figures);
                }
            }
        }

        while (Step < Config.Steps && !cancellation.IsCancellationRequested)
        {
            var result = TrainStep();
            foreach (var callback in callbacks)
            {
                callback.OnStep(this, result);
            }
        }

        foreach (var callback in callbacks)
        {
            callback.OnEnd(this);
        }
    }

    /// <summary>Does one step.</summary>
    public StepResult TrainStep()
    {
        var start = Stopwatch.GetTimestamp();
        var microBatches = Config.BatchSize / Config.EffectiveMicroBatchSize;
        // A sequence's last token has no successor in its block, so it is no target.
        var targets = (double)Config.BatchSize * (Config.Data.SequenceLength - 1);
        double nats = 0, squaredLogNormalizer = 0, total = 0;
        var routers = Config.Model.Experts > 0 ? new RouterStatistics.Accumulator() : null;
        for (var i = 0; i < microBatches; i++)
        {
            using var scope = NewDisposeScope();
            var (tokens, next) = ReadMicroBatch(Step * microBatches + i);
            using var routing = routers is null ? null : new Routing();
            var loss = Model.Loss(tokens, next, 1 / targets, Config.ZLoss, routing);
            loss.Total.backward();
            total += loss.Total.item<float>();
            if (routing is not null)
            {
                routers!.Add(routing);
            }

            nats += loss.CrossEntropy.sum().item<double>();
            squaredLogNormalizer += loss.SquaredLogNormalizer.sum().item<double>();
        }

        Step++;
        var norm = _optimizer.GradientNorm();
        var learningRate = Config.Optimizer.LearningRate * Config.Schedule.Factor(Step, Config.Steps);
        var accepted = _guard.Accepts(nats / targets, norm);
        if (accepted)
        {
            _optimizer.Step(learningRate, norm);
        }
        else
        {
            _optimizer.ClearGradients();
        }

        return new(
            Step, Tokens, nats / targets, Config.ZLoss * squaredLogNormalizer / targets, total, routers?.Result(), norm, learningRate, !accepted,
            Stopwatch.GetElapsedTime(start));
    }

    /// <summary>Saves the run's state as it is now and returns the checkpoint's folder.</summary>
    /// <exception cref="TrainingException">The disk refuses.</exception>
    public string SaveCheckpoint()
    {
        var folder = Checkpoints.PathOf(Step);
        if (!Directory.Exists(folder))
        {
            var state = new TrainingState
            {
                Step = Step,
                Tokens = Tokens,
                Updates = _optimizer.Updates,
                TokenizerSha256 = Tokenizer.Sha256,
                ShardsSha256 = _data.ShardsSha256,
                SpikeGuard = _guard.State(),
            };
            Checkpoint.Save(folder, Model, Tokenizer, (_optimizer, state, Config));
        }

        return folder;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Model?.Dispose();
        _optimizer?.Dispose();
        _data?.Dispose();
    }

    private void Prepare(bool resume)
    {
        var steps = Checkpoints.Steps();
        if (steps.Count > 0 && !resume)
        {
            throw new TrainingException(
                $"{Config.Run}: this run has checkpoints already (the last of step {steps[^1]}); "
                + "go on with --resume, or pick another run folder, or delete this one");
        }

        if (steps.Count > 0)
        {
            Resume(Checkpoints.PathOf(steps[^1]));
        }
        else if (Config.InitialCheckpoint is { } initial)
        {
            RequireTokenizer(initial, Checkpoint.Load(initial, Model, _optimizer).TokenizerSha256);
        }
        else if (Config.InitialWeights is { } weights)
        {
            RequireTokenizer(weights, Tokenizer.Load(weights).Sha256);
            ModelFolder.LoadWeights(Model, weights);
        }
        else
        {
            Model.Initialize(Config.Seed);
        }

        try
        {
            Checkpoints.Prepare();
            AtomicFile.WriteAllText(Path.Combine(Config.Run, "config.yaml"), ConfigWriter.Write(Config));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"{Config.Run}: the run's folder cannot be written: {e.Message}; pick another with 'run'", e);
        }
    }

    private void Resume(string folder)
    {
        // The manifest is checked before anything in the checkpoint is believed, the config before weights of another shape are read.
        Checkpoint.Verify(folder);
        var state = Checkpoint.ReadState(folder);
        RequireTokenizer(folder, state.TokenizerSha256);
        RunIdentity.RequireSame(Config, Checkpoint.ReadRunConfig(folder), folder);
        if (state.ShardsSha256 != _data.ShardsSha256)
        {
            throw new TrainingException(
                $"{folder}: the tokens in {string.Join(", ", Config.Data.Sources.Select(source => source.Shards))} are not those that it was trained on; "
                + "bring the shards back as they were, or start another run in a new folder");
        }

        Checkpoint.LoadVerified(folder, Model, _optimizer);
        _guard.Restore(state.SpikeGuard);
        Step = state.Step;
    }

    private void RequireTokenizer(string folder, string sha256)
    {
        if (sha256 != Tokenizer.Sha256)
        {
            throw new TrainingException(
                $"{folder}: was trained with another tokenizer (SHA-256 {sha256}) than {Config.Tokenizer} ({Tokenizer.Sha256}); "
                + "use the tokenizer.json of the checkpoint");
        }
    }

    private (Tensor Tokens, Tensor Targets) ReadMicroBatch(long index)
    {
        var length = Config.Data.SequenceLength;
        _data.Dataset.GetBatch(index, Config.EffectiveMicroBatchSize, _batch);
        for (var i = 0; i < _batch.Length; i++)
        {
            _targets[i] = (i + 1) % length == 0 ? LinearCrossEntropy.IgnoredTarget : _batch[i + 1];
        }

        long[] shape = [Config.EffectiveMicroBatchSize, length];
        return (
            tensor(_batch, shape).to(ScalarType.Int64, Model.Device),
            tensor(_targets, shape).to(Model.Device));
    }
}
