using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OlmoSharp.Evaluation.Tests.Endpoints;

/// <summary>A service on this machine that answers as a test wants; one request a connection.</summary>
internal sealed class MadeService : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<string, string, Reply?> _reply;

    /// <summary>Starts it.</summary>
    /// <param name="reply">Gets the path and the body; null drops the connection.</param>
    public MadeService(Func<string, string, Reply?> reply)
    {
        _reply = reply;
        _listener.Start();
        _ = ServeAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/v1");

    public ConcurrentQueue<(string Path, string Head, string Body)> Requests { get; } = [];

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                // A reply that waits must not keep the next connection waiting.
                _ = Task.Run(() => AnswerAsync(client));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            var stream = client.GetStream();
            var bytes = new List<byte>();
            var buffer = new byte[4096];
            string text;
            int head;
            do
            {
                var read = await stream.ReadAsync(buffer);
                if (read == 0)
                {
                    return;
                }

                bytes.AddRange(buffer.AsSpan(0, read));
                text = Encoding.Latin1.GetString([.. bytes]);
                head = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            }
            while (head < 0 || bytes.Count < head + 4 + Length(text[..head]));

            var body = Encoding.UTF8.GetString([.. bytes.Skip(head + 4)]);
            var path = text.Split(' ')[1];
            Requests.Enqueue((path, text[..head], body));
            if (_reply(path, body) is { } reply)
            {
                var content = Encoding.UTF8.GetBytes(reply.Body);
                var extra = reply.Header is null ? "" : reply.Header + "\r\n";
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {reply.Status} X\r\nContent-Type: application/json\r\nContent-Length: {content.Length + reply.Missing}\r\nConnection: close\r\n{extra}\r\n"));
                var half = reply.Hold is null ? content.Length : content.Length / 2;
                await stream.WriteAsync(content.AsMemory(0, half));
                if (reply.Hold is { } hold)
                {
                    await hold;
                    await stream.WriteAsync(content.AsMemory(half));
                }
            }
        }
    }

    private static int Length(string head)
    {
        var line = head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        return line is null ? 0 : int.Parse(line.AsSpan(15), System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>What is answered.</summary>
    /// <param name="Status">The HTTP status.</param>
    /// <param name="Body">The body.</param>
    /// <param name="Header">A header more.</param>
    /// <param name="Missing">Bytes that are announced and never sent.</param>
    /// <param name="Hold">Ends before the second half of the body is sent.</param>
    internal sealed record Reply(int Status, string Body, string? Header = null, int Missing = 0, Task? Hold = null);
}
