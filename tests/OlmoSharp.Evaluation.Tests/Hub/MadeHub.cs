using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace OlmoSharp.Evaluation.Tests.Hub;

/// <summary>A server of this machine with the hub's layout: commits, lists of files in pages, files by commit, large ones from another host.</summary>
internal sealed class MadeHub : IDisposable
{
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private readonly TcpListener _hub = new(IPAddress.Loopback, 0);
    private readonly TcpListener _store = new(IPAddress.Loopback, 0);

    public MadeHub()
    {
        _hub.Start();
        _store.Start();
        _ = ServeAsync(_hub, "hub");
        _ = ServeAsync(_store, "store");
    }

    /// <summary>Files by <c>NAME@REVISION/PATH</c>; what begins with <c>PAR1</c> is large.</summary>
    public Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>Datasets that another name is redirected to.</summary>
    public Dictionary<string, string> Renamed { get; } = [];

    /// <summary>Files a page.</summary>
    public int PageSize { get; set; } = 1000;

    /// <summary>Answers a request otherwise: the whole answer with its head, or what is sent before the connection drops; null: as usual.</summary>
    public Func<string, string, byte[]?> Otherwise { get; set; } = (_, _) => null;

    /// <summary>Every request: which host, path with query, head.</summary>
    public ConcurrentQueue<(string Host, string Path, string Head)> Requests { get; } = [];

    public Uri Address => new($"http://127.0.0.1:{Port(_hub)}");

    public IEnumerable<string> Paths => Requests.Select(request => request.Path);

    public void Add(string name, string path, string text, string revision = "main") => Files[$"{name}@{revision}/{path}"] = Encoding.UTF8.GetBytes(text);

    /// <summary>An answer.</summary>
    public static byte[] Answer(int status, string body, params string[] head) =>
        Encoding.UTF8.GetBytes($"HTTP/1.1 {status} X\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n{string.Concat(head.Select(line => line + "\r\n"))}\r\n{body}");

    public void Dispose()
    {
        _hub.Dispose();
        _store.Dispose();
    }

    private static int Port(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;

    private async Task ServeAsync(TcpListener listener, string host)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync();
                _ = Task.Run(() => AnswerAsync(client, host));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(TcpClient client, string host)
    {
        using (client)
        {
            var stream = client.GetStream();
            var head = "";
            var buffer = new byte[8192];
            while (!head.Contains("\r\n\r\n", StringComparison.Ordinal))
            {
                var read = await stream.ReadAsync(buffer);
                if (read == 0)
                {
                    return;
                }

                head += Encoding.Latin1.GetString(buffer, 0, read);
            }

            var path = head.Split(' ')[1];
            Requests.Enqueue((host, path, head));
            await stream.WriteAsync(Otherwise(path, head) ?? Usual(path, head, host));
        }
    }

    private byte[] Usual(string path, string head, string host)
    {
        var parts = path.Split('?')[0].Trim('/').Split('/');
        if (parts is ["api", "datasets", ..])
        {
            var kind = Array.FindIndex(parts, part => part is "revision" or "tree");
            var name = string.Join('/', parts[2..kind]);
            if (Renamed.TryGetValue(name, out var renamed))
            {
                return Answer(307, "", $"Location: {path.Replace(name, renamed, StringComparison.Ordinal)}");
            }

            var revision = Uri.UnescapeDataString(parts[kind + 1]);
            if (!Files.Keys.Any(key => key.StartsWith(name + "@", StringComparison.Ordinal)))
            {
                return Answer(401, """{"error": "Invalid credentials in Authorization header"}""", "X-Error-Code: RepoNotFound");
            }

            var own = Files.Where(file => file.Key.StartsWith($"{name}@{RevisionOf(revision)}/", StringComparison.Ordinal)).OrderBy(file => file.Key, StringComparer.Ordinal).ToList();
            return own.Count == 0 ? Answer(404, "{}", "X-Error-Code: RevisionNotFound")
                : parts[kind] == "revision" ? Answer(200, new JsonObject { ["id"] = name, ["sha"] = CommitOf(revision) }.ToJsonString())
                : Page(path, own.ConvertAll(file => (file.Key[(file.Key.IndexOf('@', StringComparison.Ordinal) + 1)..], file.Value)), RevisionOf(revision).Length + 1);
        }

        var resolve = Array.IndexOf(parts, "resolve");
        if (host == "hub" && resolve > 0)
        {
            var key = $"{string.Join('/', parts[1..resolve])}@{RevisionOf(parts[resolve + 1])}/{Uri.UnescapeDataString(string.Join('/', parts[(resolve + 2)..]))}";
            return !Files.TryGetValue(key, out var file) ? Answer(404, "Entry not found", "X-Error-Code: EntryNotFound")
                : IsLarge(file) ? Answer(302, "", $"Location: http://127.0.0.1:{Port(_store)}/{Uri.EscapeDataString(key)}")
                : Content(file, head);
        }

        return host == "store" && Files.TryGetValue(Uri.UnescapeDataString(parts[0]), out var large) ? Content(large, head) : Answer(404, "nothing here");
    }

    /// <summary>The commit of the branch of Parquet files is another.</summary>
    private static string CommitOf(string revision) => revision == "main" ? Commit : new string('c', 40);

    private static string RevisionOf(string revision) => revision == Commit ? "main" : revision == CommitOf("") ? "refs/convert/parquet" : revision;

    private static bool IsLarge(byte[] file) => file.AsSpan().StartsWith("PAR1"u8);

    private byte[] Page(string path, List<(string Path, byte[] Content)> files, int skipped)
    {
        var start = path.Split("cursor=") is [_, var cursor] ? int.Parse(cursor, CultureInfo.InvariantCulture) : 0;
        var entries = new JsonArray([new JsonObject { ["type"] = "directory", ["oid"] = "ab", ["size"] = 0, ["path"] = "data" }]);
        foreach (var (name, content) in files.Skip(start).Take(PageSize))
        {
            byte[] blob = [.. Encoding.ASCII.GetBytes(FormattableString.Invariant($"blob {content.Length}\0")), .. content];
#pragma warning disable CA5350 // Git's own.
            var blobName = Convert.ToHexStringLower(SHA1.HashData(blob));
#pragma warning restore CA5350
            var entry = new JsonObject { ["type"] = "file", ["oid"] = blobName, ["size"] = content.Length, ["path"] = name[skipped..] };
            if (IsLarge(content))
            {
                // The object in Git itself is a pointer.
                entry["oid"] = new string('a', 40);
                entry["lfs"] = new JsonObject { ["oid"] = Convert.ToHexStringLower(SHA256.HashData(content)), ["size"] = content.Length, ["pointerSize"] = 130 };
            }

            entries.Add(entry);
        }

        // With commas and brackets where they mean nothing.
        var next = FormattableString.Invariant($"{path.Split("&with=")[0]}&with=a,b&cursor={start + PageSize}");
        return Answer(200, entries.ToJsonString(), start + PageSize < files.Count ? [$"Link: <{Address}?rel=next>; rel=\"prev\", <{new Uri(Address, next)}>; title=\"a, <b>\"; rel=\"next\""] : [$"Link: <{Address}?rel=next>; rel=prev"]);
    }

    private static byte[] Content(byte[] file, string head)
    {
        var line = head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase));
        var start = line is null ? 0 : int.Parse(line[13..].TrimEnd('-'), CultureInfo.InvariantCulture);
        var range = line is null ? "" : $"Content-Range: bytes {start}-{file.Length - 1}/{file.Length}\r\n";
        return [.. Encoding.ASCII.GetBytes($"HTTP/1.1 {(line is null ? 200 : 206)} X\r\nContent-Length: {file.Length - start}\r\nConnection: close\r\n{range}\r\n"), .. file.AsSpan(start)];
    }
}
