using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace OlmoSharp.Data.Taggers.Urls;

/// <summary>
/// The parts of a URL that lists know pages by, in one spelling: no scheme, user, port of the scheme, <c>www.</c>, query or fragment; lower case; names in other letters than ASCII in Punycode.
/// It is filled again and again.
/// </summary>
internal sealed class PageAddress
{
    private const int LongestHost = 253;
    private const int LongestWritten = 512;

    private static readonly SearchValues<byte> AuthorityEnds = SearchValues.Create("/?#\\"u8);
    private static readonly SearchValues<byte> HostBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_."u8);
    private static readonly SearchValues<byte> Ipv6Bytes = SearchValues.Create("0123456789abcdef:."u8);
    private static readonly SearchValues<byte> NumberBytes = SearchValues.Create("0123456789."u8);
    private static readonly SearchValues<byte> SchemeBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-"u8);
    private static readonly IdnMapping Punycode = new() { AllowUnassigned = true };

    private byte[] _bytes = new byte[LongestWritten];
    private int _hostLength;
    private int _length;

    /// <summary>The host: a name with a dot in it, or an IP address.</summary>
    public ReadOnlySpan<byte> Host => _bytes.AsSpan(0, _hostLength);

    /// <summary>Whether the host is a number, which belongs to no other domain.</summary>
    public bool IsNumber => Host[0] == '[' || !Host.ContainsAnyExcept(NumberBytes);

    /// <summary>Host, port if it is not the usual one, and path without a slash at its end.</summary>
    public ReadOnlySpan<byte> Link => _bytes.AsSpan(0, _length);

    /// <summary>Whether there is anything after the host.</summary>
    public bool IsMoreThanHost => _length > _hostLength;

    /// <summary>Reads a URL, also one without a scheme. Returns false where it has no host that a page could have.</summary>
    /// <param name="url">The URL; white space around it does not matter.</param>
    public bool Read(ReadOnlySpan<byte> url)
    {
        url = url.Trim(" \t\r\n\f"u8);
        if (!TakeScheme(ref url))
        {
            return false;
        }

        var end = url.IndexOfAny(AuthorityEnds) is >= 0 and var place ? place : url.Length;
        var host = url[..end];
        host = host[(host.LastIndexOf((byte)'@') + 1)..];
        if (!TakePort(ref host, out var port) || !SetHost(host))
        {
            return false;
        }

        var path = url[end..];
        path = path[..(path.IndexOfAny((byte)'?', (byte)'#') is >= 0 and var query ? query : path.Length)].TrimEnd((byte)'/');
        Reserve(port.Length + path.Length);
        _length = _hostLength;
        Append(port);
        Append(path);
        return true;
    }

    /// <summary>Takes <c>scheme://</c> or <c>//</c> off; false where the scheme is one without a host.</summary>
    private static bool TakeScheme(ref ReadOnlySpan<byte> url)
    {
        if (url.StartsWith("//"u8))
        {
            url = url[2..];
            return true;
        }

        var colon = url.IndexOfAnyExcept(SchemeBytes);
        if (colon <= 0 || url[colon] != ':')
        {
            return true;
        }

        var rest = url[(colon + 1)..];
        if (rest.StartsWith("//"u8))
        {
            url = rest[2..];
            return true;
        }

        // host:port, not scheme:something
        return rest.IndexOfAnyExceptInRange((byte)'0', (byte)'9') is var digits && (digits < 0 || AuthorityEnds.Contains(rest[digits]));
    }

    private static bool TakePort(ref ReadOnlySpan<byte> host, out ReadOnlySpan<byte> port)
    {
        port = default;
        var colon = host.LastIndexOf((byte)':');
        if (colon < 0 || (host[0] == '[' && host[^1] == ']'))
        {
            return true;
        }

        port = host[colon..];
        host = host[..colon];
        if (port[1..].ContainsAnyExceptInRange((byte)'0', (byte)'9') || port.Length > 6)
        {
            return false;
        }

        port = port.Length == 1 || port.SequenceEqual(":80"u8) || port.SequenceEqual(":443"u8) ? default : port;
        return true;
    }

    private bool SetHost(ReadOnlySpan<byte> host)
    {
        if (host.Length is 0 or > LongestWritten)
        {
            return false;
        }

        _hostLength = 0;
        if (Ascii.IsValid(host))
        {
            Ascii.ToLower(host, _bytes, out _hostLength);
        }
        else if (!SetForeignHost(host))
        {
            return false;
        }

        if (_bytes[0] == '[')
        {
            return _hostLength > 4 && _bytes[_hostLength - 1] == ']' && !_bytes.AsSpan(1, _hostLength - 2).ContainsAnyExcept(Ipv6Bytes);
        }

        _hostLength -= _bytes[_hostLength - 1] == '.' ? 1 : 0;
        if (Host.StartsWith("www."u8) && Host[4..].Contains((byte)'.'))
        {
            Host[4..].CopyTo(_bytes);
            _hostLength -= 4;
        }

        return _hostLength is > 0 and <= LongestHost && !Host.ContainsAnyExcept(HostBytes) && Host.IndexOf(".."u8) < 0 && Host[0] != '.' && Host.Contains((byte)'.');
    }

    private bool SetForeignHost(ReadOnlySpan<byte> host)
    {
        if (!Utf8.IsValid(host))
        {
            return false;
        }

        try
        {
            return Ascii.FromUtf16(Punycode.GetAscii(Encoding.UTF8.GetString(host).ToLowerInvariant()), _bytes, out _hostLength) == OperationStatus.Done && _hostLength > 0;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private void Append(ReadOnlySpan<byte> part)
    {
        part.CopyTo(_bytes.AsSpan(_length));
        foreach (ref var value in _bytes.AsSpan(_length, part.Length))
        {
            value = value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value | 0x20) : value;
        }

        _length += part.Length;
    }

    private void Reserve(int more)
    {
        if (_bytes.Length < _hostLength + more)
        {
            Array.Resize(ref _bytes, Math.Max(_hostLength + more, 2 * _bytes.Length));
        }
    }
}
