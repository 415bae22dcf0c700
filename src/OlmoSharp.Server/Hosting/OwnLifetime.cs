using Microsoft.Extensions.Hosting;

namespace OlmoSharp.Server.Hosting;

/// <summary>Leaves signals to whoever started the server; the host's own lifetime would take them.</summary>
internal sealed class OwnLifetime : IHostLifetime
{
    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
