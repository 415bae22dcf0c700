using System.Runtime.InteropServices;

namespace OlmoSharp.Cli;

/// <summary>
/// Turns the first Ctrl-C (or request to terminate) into a cancellation, so that work stops cleanly. The second has its usual effect and ends the process at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private readonly TextWriter _error;

    public Interruption(TextWriter error)
    {
        _error = error;
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle)];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    /// <summary>Cancels, and keeps the process alive, the first time only.</summary>
    internal void Handle(PosixSignalContext context)
    {
        if (!_source.IsCancellationRequested)
        {
            context.Cancel = true;
            if (LaunchedProcess.Size == 1)
            {
                _error.WriteLine("stopping… (Ctrl-C again ends at once)");
            }

            _source.Cancel();
        }
    }
}
