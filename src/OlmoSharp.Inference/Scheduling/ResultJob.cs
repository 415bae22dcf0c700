namespace OlmoSharp.Inference.Scheduling;

/// <summary>An <see cref="EngineJob"/> with results.</summary>
/// <typeparam name="T">What comes of each of its parts.</typeparam>
/// <param name="arrival">The number of its request.</param>
/// <param name="cancellation">The caller's.</param>
internal abstract class ResultJob<T>(long arrival, CancellationToken cancellation) : EngineJob(arrival)
{
    // The engine's thread must not run what the caller does next.
    private readonly TaskCompletionSource<IReadOnlyList<T>> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The results.</summary>
    public Task<IReadOnlyList<T>> Results => _completion.Task;

    /// <inheritdoc/>
    public override bool IsCancelled => cancellation.IsCancellationRequested;

    /// <summary>Lets the caller go without waiting for the engine's thread.</summary>
    public void Cancel() => _completion.TrySetCanceled(cancellation);

    /// <inheritdoc/>
    public override void Fail(Exception exception) => _completion.TrySetException(exception);

    /// <inheritdoc/>
    public override void Complete() => _completion.TrySetResult(Collect());

    /// <summary>The results of all parts.</summary>
    protected abstract IReadOnlyList<T> Collect();
}
