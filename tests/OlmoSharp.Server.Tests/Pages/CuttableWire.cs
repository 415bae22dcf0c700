using System.Net;
using System.Net.Sockets;

namespace OlmoSharp.Server.Tests.Pages;

/// <summary>Passes connections on to a server, until it is cut.</summary>
internal sealed class CuttableWire : IAsyncDisposable
{
    private readonly Uri _target;
    private readonly List<TcpClient> _open = [];
    private readonly List<Task> _work = [];
    private readonly TcpListener _listener;
    private volatile bool _isCut;

    public CuttableWire(Uri target)
    {
        _target = target;
        _listener = new(IPAddress.Loopback, 0);
        _listener.Start();
        Address = new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _work.Add(AcceptAsync());
    }

    public Uri Address { get; }

    /// <summary>Breaks all connections and lets no new ones in.</summary>
    public void Cut()
    {
        _isCut = true;
        lock (_open)
        {
            foreach (var client in _open)
            {
                // No orderly end, as when a cable is pulled; null where it has ended already.
                if (client.Client is { } socket)
                {
                    socket.LingerState = new(true, 0);
                    client.Close();
                }
            }

            _open.Clear();
        }
    }

    /// <summary>Lets connections in again.</summary>
    public void Mend() => _isCut = false;

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        Cut();
        await Task.WhenAll(_work);
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            TcpClient client;
            try
            {
                client = await _listener.AcceptTcpClientAsync();
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return;
            }

            lock (_open)
            {
                _open.Add(client);
            }

            if (_isCut)
            {
                Cut();
            }
            else
            {
                _ = PassAsync(client);
            }
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                using var server = new TcpClient();
                await server.ConnectAsync(IPAddress.Loopback, _target.Port);
                lock (_open)
                {
                    _open.Add(server);
                }

                await Task.WhenAny(client.GetStream().CopyToAsync(server.GetStream()), server.GetStream().CopyToAsync(client.GetStream()));
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The wire was cut.
        }
    }
}
