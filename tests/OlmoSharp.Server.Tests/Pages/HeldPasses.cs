using OlmoSharp.Server.Tests.Serving;

namespace OlmoSharp.Server.Tests.Pages;

/// <summary>Lets the engine's passes, of which each but the first makes a token, begin only as a test says; at the end all.</summary>
internal sealed class HeldPasses : IDisposable
{
    private readonly TestServer _server;
    private readonly SemaphoreSlim _gate;

    public HeldPasses(TestServer server) => (_server, _gate) = (server, server.HoldUp());

    public void Let(int passes)
    {
        if (passes > 0)
        {
            _gate.Release(passes);
        }
    }

    public void Dispose()
    {
        // Not the semaphore: the engine's thread may wait for it.
        _server.Engine.BeforePass = null;
        Let(1 << 20);
    }
}
