using System.Net;
using System.Net.Sockets;

namespace OlmoSharp.Server;

/// <summary>How a model is served.</summary>
public sealed record ServerOptions
{
    /// <summary>The IP address to listen on, or <c>localhost</c>. Others than loopback addresses let other machines in.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The port; 0: any that is free.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>Keys of which a request must have one; none: everyone may call.</summary>
    public IReadOnlyList<string> ApiKeys { get; init; } = [];

    /// <summary>Names that requests may call the model by, the first of them in answers.</summary>
    public required IReadOnlyList<string> ModelNames { get; init; }

    /// <summary>Most bytes of a request's body.</summary>
    public long MaximumBodyBytes { get; init; } = 4 << 20;

    /// <summary>Most tokens of prompt and text together; null: the model's context.</summary>
    public int? MaximumContext { get; init; }

    /// <summary>Most requests that wait; further ones are refused.</summary>
    public int MaximumWaiting { get; init; } = 256;

    /// <summary>Most texts that are generated at once.</summary>
    public int MaximumRunning { get; init; } = 32;

    /// <summary>Most time that a request may take.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long running requests may go on once the server is to end.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Web origins, such as <c>https://example.com</c>, whose pages may call; <c>*</c>: all.</summary>
    public IReadOnlyList<string> CorsOrigins { get; init; } = [];

    /// <summary>Takes lines about failures of the server itself; null: nobody does.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>Whether only programs on this machine can reach the server.</summary>
    public bool IsLoopback => IPAddress.IsLoopback(Address);

    /// <summary>The address of <see cref="Host"/>.</summary>
    /// <exception cref="ServerException">It is none.</exception>
    internal IPAddress Address => Host == "localhost" ? IPAddress.Loopback
        : IPAddress.TryParse(Host.Trim('[', ']'), out var address) ? address
        : throw new ServerException($"host is '{Host}', but must be an IP address, such as 127.0.0.1 (this machine only) or 0.0.0.0 (every network), or localhost");

    /// <summary>Checks the values.</summary>
    /// <exception cref="ServerException">One is out of range.</exception>
    public void Validate()
    {
        _ = Address;
        Require(Port is >= 0 and <= 65535, $"port is {Port}, but must be from 0 (any) to 65535");
        Require(ModelNames.Count > 0 && ModelNames.All(name => name.Length > 0), "the model needs a name, and none may be empty");
        Require(ApiKeys.All(key => key.Length > 0 && key.All(letter => letter is > ' ' and <= '~')), "an API key is empty or holds characters that no header may have; use printable ASCII without spaces");
        Require(MaximumBodyBytes is > 0 and <= 1 << 30, $"the most bytes of a body are {MaximumBodyBytes}, but must be from 1 to {1 << 30}");
        Require(MaximumContext is null or > 1, $"the most tokens of a request are {MaximumContext}, but must be 2 or more");
        Require(MaximumWaiting >= 0, $"the most waiting requests are {MaximumWaiting}, but must be 0 or more");
        Require(MaximumRunning > 0, $"the most running texts are {MaximumRunning}, but must be 1 or more");
        Require(RequestTimeout > TimeSpan.Zero && RequestTimeout <= TimeSpan.FromDays(24), $"the time of a request is {RequestTimeout}, but must be positive and at most 24 days");
        Require(DrainTimeout >= TimeSpan.Zero && DrainTimeout <= TimeSpan.FromDays(24), $"the time to drain is {DrainTimeout}, but must be from 0 to 24 days");
        Require(
            CorsOrigins.All(origin => origin == "*" || (Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.GetLeftPart(UriPartial.Authority) == origin)),
            "a CORS origin must be * or a scheme, a host and perhaps a port, such as https://example.com");
    }

    /// <summary>Checks that the address can be listened on now.</summary>
    /// <exception cref="ServerException">It cannot.</exception>
    public void CheckFree()
    {
        using var socket = new Socket(Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(Address, Port));
            socket.Listen();
        }
        catch (SocketException exception)
        {
            throw CannotListen(exception.SocketErrorCode == SocketError.AddressAlreadyInUse, exception);
        }
    }

    /// <summary>Why the address cannot be listened on.</summary>
    internal ServerException CannotListen(bool isInUse, Exception exception) => isInUse
        ? new($"port {Port} of {Host} is in use; end what uses it, or choose another with --port (0 takes any)", exception)
        : new($"cannot listen on port {Port} of {Host}: {exception.Message}", exception);

    private static void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw new ServerException(problem);
        }
    }
}
