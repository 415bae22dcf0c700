using OlmoSharp.Inference.Engines;

namespace OlmoSharp.Inference.Tests.Scheduling;

/// <summary>Holds the engine's thread before its passes until the test lets it go on.</summary>
internal sealed class PassGate : IDisposable
{
    private readonly SemaphoreSlim _allowed = new(0);
    private readonly SemaphoreSlim _arrived = new(0);
    private volatile bool _isOpen;
    private bool _hasArrived;

    /// <summary>Told of every pass.</summary>
    public Action<IReadOnlyList<EngineInput>>? Passed { get; set; }

    /// <summary>Called by the engine's thread.</summary>
    public void Enter(IReadOnlyList<EngineInput> inputs)
    {
        _arrived.Release();
        if (!_isOpen)
        {
            _allowed.Wait();
        }

        Passed?.Invoke(inputs);
    }

    /// <summary>Lets some passes go on and returns when the next has come.</summary>
    public async Task LetAsync(int passes)
    {
        if (!_hasArrived)
        {
            await _arrived.WaitAsync();
            _hasArrived = true;
        }

        for (var i = 0; i < passes; i++)
        {
            _allowed.Release();
            await _arrived.WaitAsync();
        }
    }

    /// <summary>Lets all go on.</summary>
    public void Open()
    {
        _isOpen = true;
        _allowed.Release();
    }

    public void Dispose()
    {
        _allowed.Dispose();
        _arrived.Dispose();
    }
}
