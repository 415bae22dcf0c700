using Microsoft.AspNetCore.Http;
using OlmoSharp.Server.Errors;

namespace OlmoSharp.Server.Hosting;

/// <summary>Lets requests to the model in, counts them, and closes.</summary>
/// <param name="limit">Most time that a request may take.</param>
/// <param name="maximumBody">Most bytes of its body.</param>
internal sealed class WorkGate(TimeSpan limit, long maximumBody) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isClosed;

    /// <summary>Requests that are inside.</summary>
    public int Count { get; private set; }

    /// <summary>Whether no more requests are let in.</summary>
    public bool IsClosed
    {
        get
        {
            lock (_lock)
            {
                return _isClosed;
            }
        }
    }

    /// <summary>Lets a request in.</summary>
    /// <exception cref="ApiException">The gate is closed.</exception>
    public WorkPermit Enter(HttpContext context)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                throw ApiException.Draining();
            }

            Count++;
        }

        return new(limit, Leave, context.RequestAborted, _stop.Token) { MaximumBody = maximumBody };
    }

    /// <summary>Lets no more requests in and waits for those that are.</summary>
    /// <param name="patience">How long; the rest is then cancelled and waited for.</param>
    /// <returns>Whether all ended of themselves.</returns>
    public async Task<bool> DrainAsync(TimeSpan patience)
    {
        lock (_lock)
        {
            _isClosed = true;
            if (Count == 0)
            {
                _empty.TrySetResult();
            }
        }

        if (await Task.WhenAny(_empty.Task, Task.Delay(patience)) == _empty.Task)
        {
            return true;
        }

        await _stop.CancelAsync();
        await _empty.Task;
        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private void Leave()
    {
        lock (_lock)
        {
            Count--;
            if (_isClosed && Count == 0)
            {
                _empty.TrySetResult();
            }
        }
    }
}
