using OlmoSharp.Server.Errors;

namespace OlmoSharp.Server.Hosting;

/// <summary>A request to the model while it is served.</summary>
internal sealed class WorkPermit : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly CancellationToken _client;
    private readonly CancellationToken _stop;
    private readonly TimeSpan _limit;
    private readonly Action _leave;

    /// <summary>Lets a request in.</summary>
    /// <param name="limit">Most time that the request may take.</param>
    /// <param name="leave">Told when it is done.</param>
    /// <param name="client">Cancelled when the client is gone.</param>
    /// <param name="stop">Cancelled when the server ends.</param>
    public WorkPermit(TimeSpan limit, Action leave, CancellationToken client, CancellationToken stop)
    {
        (_client, _stop, _limit, _leave) = (client, stop, limit, leave);
        _source = CancellationTokenSource.CreateLinkedTokenSource(client, stop);
        _source.CancelAfter(limit);
    }

    /// <summary>Most bytes of the request's body.</summary>
    public required long MaximumBody { get; init; }

    /// <summary>Cancelled when the client is gone, the time is over, or the server ends.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Why the request was cancelled; null where the client is gone, who needs no answer.</summary>
    public ApiException? Reason => _client.IsCancellationRequested ? null : _stop.IsCancellationRequested ? ApiException.Stopped() : ApiException.TimedOut(_limit);

    /// <inheritdoc/>
    public void Dispose()
    {
        _source.Dispose();
        _leave();
    }
}
