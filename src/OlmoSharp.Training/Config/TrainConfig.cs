using System.ComponentModel.DataAnnotations;
using OlmoSharp.Models;

namespace OlmoSharp.Training.Config;

/// <summary>A training run, whole: with the token shards it names, it determines every weight of the result.</summary>
public sealed record TrainConfig : IValidatableObject
{
    /// <summary>Folder of the run: checkpoints, logs, the resolved config.</summary>
    public required string Run { get; init; }

    /// <summary>The tokenizer: a <c>tokenizer.json</c> or a folder that holds one. Copied into every checkpoint.</summary>
    public required string Tokenizer { get; init; }

    /// <summary>The architecture. Its vocabulary must cover the tokenizer's; end-of-text and padding ids are the tokenizer's.</summary>
    public required ModelConfig Model { get; init; }

    /// <summary>What to train on.</summary>
    public required DataConfig Data { get; init; }

    /// <summary>Optimizer steps of the whole run.</summary>
    [Range(1, long.MaxValue)]
    public required long Steps { get; init; }

    /// <summary>Sequences a step.</summary>
    [Range(1, int.MaxValue)]
    public int BatchSize { get; init; } = 8;

    /// <summary>Sequences in memory at once; the gradients of batch size / this many micro-batches accumulate. 0: the whole batch.</summary>
    [Range(0, int.MaxValue)]
    public int MicroBatchSize { get; init; }

    /// <summary>A checkpoint to start from instead of random weights, for a later stage; its optimizer state is kept, its data position is not.</summary>
    public string? InitialCheckpoint { get; init; }

    /// <summary>
    /// A model folder of the same architecture and tokenizer whose weights to start from instead of random ones, with fresh optimizer
    /// moments: an upcycled model, a soup, a published model.
    /// </summary>
    public string? InitialWeights { get; init; }

    /// <summary>Seed of the initial weights.</summary>
    public long Seed { get; init; } = 6198;

    /// <summary>AdamW.</summary>
    public OptimizerConfig Optimizer { get; init; } = new();

    /// <summary>Learning rate over the steps.</summary>
    public ScheduleConfig Schedule { get; init; } = new();

    /// <summary>Weight of logsumexp(logits)² in the loss (OLMo et al. 2025, section 3.3).</summary>
    [Range(0, 1)]
    public double ZLoss { get; init; } = 1e-5;

    /// <summary>Guard against loss spikes.</summary>
    public SpikeGuardConfig SpikeGuard { get; init; } = new();

    /// <summary>Held-out evaluation.</summary>
    public EvaluationConfig Evaluation { get; init; } = new();

    /// <summary>Checkpoints and which of them are kept.</summary>
    public CheckpointConfig Checkpoints { get; init; } = new();

    /// <summary>Where to compute: <c>cpu</c>, <c>cuda</c>, <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Dtype of activations; weights are float32. Use bfloat16 on GPUs only: CPUs without native support are 300 times slower.</summary>
    public Precision Precision { get; init; } = Precision.Float32;

    /// <summary>Threads on the CPU; 0: as many as cores. Another number gives other rounding.</summary>
    [Range(0, 1024)]
    public int Threads { get; init; }

    /// <summary>Sequences in memory at once, resolved.</summary>
    internal int EffectiveMicroBatchSize => MicroBatchSize == 0 ? BatchSize : MicroBatchSize;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (BatchSize % EffectiveMicroBatchSize != 0)
        {
            yield return new($"batch_size {BatchSize} is not a multiple of micro_batch_size {MicroBatchSize}", [nameof(MicroBatchSize)]);
        }

        if (InitialCheckpoint is not null && InitialWeights is not null)
        {
            yield return new("initial_checkpoint and initial_weights exclude each other: the first keeps the optimizer's state, the second starts it afresh", [nameof(InitialWeights)]);
        }

        if (Data.SequenceLength > Model.ContextLength)
        {
            yield return new(
                $"data.sequence_length {Data.SequenceLength} exceeds model.context_length {Model.ContextLength}", [nameof(Data)]);
        }

        if (Schedule.WarmupSteps > Steps)
        {
            yield return new($"schedule.warmup_steps {Schedule.WarmupSteps} exceeds steps {Steps}", [nameof(Schedule)]);
        }

        string? modelProblem = null;
        try
        {
            Model.Validate();
        }
        catch (ModelException e)
        {
            modelProblem = e.Message;
        }

        if (modelProblem is not null)
        {
            yield return new(modelProblem, [nameof(Model)]);
        }
    }
}
