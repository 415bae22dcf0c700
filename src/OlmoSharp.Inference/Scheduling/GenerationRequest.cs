using System.Diagnostics;
using System.Threading.Channels;
using OlmoSharp.Inference.Generation;

namespace OlmoSharp.Inference.Scheduling;

/// <summary>A prompt and its texts, between the caller who reads their steps and the engine's thread, which writes them.</summary>
/// <param name="arrival">The request's number.</param>
/// <param name="prompt">Ids before.</param>
/// <param name="options">How to generate.</param>
/// <param name="limit">Most tokens a text.</param>
/// <param name="bufferedSteps">Most steps that the reader may lag behind.</param>
/// <param name="wake">Wakes the engine's thread.</param>
internal sealed class GenerationRequest(long arrival, int[] prompt, GenerationOptions options, int limit, int bufferedSteps, Action wake)
{
    private readonly Channel<GenerationStep> _steps = Channel.CreateUnbounded<GenerationStep>(new() { SingleReader = true, SingleWriter = true });
    private readonly int _most = Math.Max(bufferedSteps, 2 * options.Samples);
    private int _buffered;
    private int _isAwaited;
    private volatile bool _isCancelled;

    /// <summary>The request's number.</summary>
    public long Arrival => arrival;

    /// <summary>Ids before.</summary>
    public int[] Prompt => prompt;

    /// <summary>How to generate.</summary>
    public GenerationOptions Options => options;

    /// <summary>Most tokens a text.</summary>
    public int Limit => limit;

    /// <summary>When it came; see <see cref="Stopwatch.GetTimestamp"/>.</summary>
    public long Submitted { get; } = Stopwatch.GetTimestamp();

    /// <summary>Tokens of the prompt that did not have to be computed. The engine's thread alone uses it.</summary>
    public int CachedTokens { get; set; }

    /// <summary>Whether the caller has given up.</summary>
    public bool IsCancelled => _isCancelled;

    /// <summary>Whether the last step has been written. The engine's thread alone knows.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>Texts that have not ended; before the first token one that stands for all. The engine's thread alone uses it.</summary>
    public List<ScheduledText> Texts { get; } = [];

    private bool IsDrained => Volatile.Read(ref _buffered) <= _most / 2;

    /// <summary>Whether there is room for a step of each text; if not, the reader wakes the engine's thread when there is.</summary>
    public bool HasRoom() => Volatile.Read(ref _buffered) + Texts.Count <= _most || HasDrained();

    /// <summary>Whether the reader has caught up enough for paused texts to go on; if not, it wakes the engine's thread when it has.</summary>
    public bool HasDrained()
    {
        if (IsDrained)
        {
            return true;
        }

        // Said before looking again, so that a reader that takes the last step meanwhile cannot be missed.
        Interlocked.Exchange(ref _isAwaited, 1);
        return IsDrained;
    }

    /// <summary>Hands a step to the reader.</summary>
    public void Write(in GenerationStep step)
    {
        Interlocked.Increment(ref _buffered);
        _steps.Writer.TryWrite(step);
    }

    /// <summary>Ends the steps.</summary>
    /// <param name="exception">What the reader is to see after them; null: nothing.</param>
    public void End(Exception? exception = null)
    {
        IsEnded = true;
        _steps.Writer.TryComplete(exception);
    }

    /// <summary>Takes the next step if there is one.</summary>
    public bool TryRead(out GenerationStep step)
    {
        if (!_steps.Reader.TryRead(out step))
        {
            return false;
        }

        Interlocked.Decrement(ref _buffered);
        if (IsDrained && Interlocked.CompareExchange(ref _isAwaited, 0, 1) == 1)
        {
            wake();
        }

        return true;
    }

    /// <summary>Waits for a step.</summary>
    /// <returns>False where no more come.</returns>
    public ValueTask<bool> WaitAsync(CancellationToken cancellation) => _steps.Reader.WaitToReadAsync(cancellation);

    /// <summary>Gives the request up.</summary>
    public void Cancel()
    {
        _isCancelled = true;
        wake();
    }
}
