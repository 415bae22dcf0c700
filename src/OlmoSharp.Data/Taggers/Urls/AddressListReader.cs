using System.Net;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Data.Taggers.Urls;

/// <summary>
/// Reads lists of addresses: a host or URL on each line, hosts files (<c>0.0.0.0 host</c>), domains with all that is under them (<c>.host</c>, <c>*.host</c>), and Adblock Plus rules that are
/// about a whole host (<c>||host^</c>; <c>@@||host^</c> allows it). Files may be compressed. Lines that begin with <c>#</c>, <c>;</c> or <c>!</c> are comments.
/// </summary>
/// <param name="plain">What a line with nothing but a host or URL stands for.</param>
/// <param name="skipsUnknown">Whether other lines are left out instead of being an error.</param>
internal sealed class AddressListReader(AddressKind plain, bool skipsUnknown)
{
    private readonly PageAddress _address = new();
    private readonly Entries _listed = new();
    private readonly Entries _allowed = new();

    /// <summary>Makes the set of what the lists name.</summary>
    public AddressSet ListedSet() => _listed.ToSet();

    /// <summary>Makes the set of what they allow all the same.</summary>
    public AddressSet AllowedSet() => _allowed.ToSet();

    /// <summary>Reads a list.</summary>
    /// <param name="path">The file.</param>
    /// <param name="allows">Whether it is a list of exceptions.</param>
    /// <exception cref="DataException">It cannot be read, a line is not understood, or it has no entries.</exception>
    public void Read(string path, bool allows)
    {
        var before = _listed.Count + _allowed.Count;
        using var lines = new DocumentScanner(path);
        while (lines.TryReadLine(out var line))
        {
            if (!ReadLine(line.Span.Trim(" \t\r"u8), allows ? _allowed : _listed, out var problem) && !skipsUnknown)
            {
                throw lines.At(new FormatException($"{problem}. Lines like this are left out with skip_unknown: true"));
            }
        }

        if (_listed.Count + _allowed.Count == before)
        {
            throw new DataException($"{path}: the list has no entries. Write a host, a URL, or a rule such as ||host^ on each line.");
        }
    }

    private bool ReadLine(ReadOnlySpan<byte> line, Entries entries, out string? problem)
    {
        problem = null;
        if (line.IsEmpty || line[0] is (byte)'#' or (byte)';' or (byte)'!' || (line[0] == '[' && line.IndexOf("Adblock"u8) >= 0) || IsAboutElements(line))
        {
            return true;
        }

        if (line.StartsWith("||"u8))
        {
            return ReadRule(line[2..], entries, out problem);
        }

        if (line.StartsWith("@@"u8))
        {
            problem = "of the rules that begin with @@ only @@||host^ is understood";
            return line.StartsWith("@@||"u8) && ReadRule(line[4..], _allowed, out problem);
        }

        // A comment may follow, after white space.
        var end = line.IndexOf(" #"u8) is >= 0 and var space ? space : line.IndexOf("\t#"u8) is >= 0 and var tab ? tab : line.Length;
        line = line[..end].TrimEnd(" \t"u8);
        return line.IndexOfAny((byte)' ', (byte)'\t') is >= 0 and var first
            ? ReadHostsLine(line[..first], line[first..], entries, out problem)
            : ReadPlain(line, entries, out problem);
    }

    /// <summary>Whether an Adblock Plus rule is about elements of pages, which says nothing of the pages themselves.</summary>
    private static bool IsAboutElements(ReadOnlySpan<byte> line) =>
        line.IndexOf("##"u8) >= 0 || line.IndexOf("#@#"u8) >= 0 || line.IndexOf("#?#"u8) >= 0 || line.IndexOf("#$#"u8) >= 0 || line.IndexOf("#%#"u8) >= 0;

    private bool ReadRule(ReadOnlySpan<byte> rule, Entries entries, out string? problem)
    {
        problem = "of the rules that begin with || only ||host^, alone or with options, is understood";
        var end = rule.IndexOf((byte)'^');
        if (end < 0)
        {
            return false;
        }

        var options = rule[(end + 1)..].TrimStart((byte)'|');
        if (!options.IsEmpty && options[0] != '$')
        {
            return false;
        }

        // A rule about scripts, images or other sites' requests is not about pages.
        return (!options.IsEmpty && !AreAboutPages(options[1..])) || Add(AddressKind.Domain, rule[..end], entries, out problem);
    }

    private static bool AreAboutPages(ReadOnlySpan<byte> options)
    {
        foreach (var range in options.Split((byte)','))
        {
            var option = options[range];
            if (!option.SequenceEqual("document"u8) && !option.SequenceEqual("doc"u8) && !option.SequenceEqual("all"u8) && !option.SequenceEqual("popup"u8) && !option.SequenceEqual("important"u8))
            {
                return false;
            }
        }

        return true;
    }

    private bool ReadHostsLine(ReadOnlySpan<byte> number, ReadOnlySpan<byte> hosts, Entries entries, out string? problem)
    {
        if (!number.SequenceEqual("0.0.0.0"u8) && (!number.ContainsAny((byte)'.', (byte)':') || !IPAddress.TryParse(number, out _)))
        {
            problem = "several words on a line are understood only in a hosts file, behind an IP address";
            return false;
        }

        problem = null;
        foreach (var range in hosts.SplitAny(" \t"u8))
        {
            var host = hosts[range];

            // What has no dot, and the names of the machine itself, are no addresses of pages.
            if (!host.Contains((byte)'.') || host.SequenceEqual("localhost.localdomain"u8) || host.SequenceEqual("0.0.0.0"u8))
            {
                continue;
            }

            if (!Add(plain == AddressKind.Link ? AddressKind.Host : plain, host, entries, out problem))
            {
                return false;
            }
        }

        return true;
    }

    private bool ReadPlain(ReadOnlySpan<byte> line, Entries entries, out string? problem) =>
        line.StartsWith("*."u8) ? Add(AddressKind.Domain, line[2..], entries, out problem)
        : line.StartsWith("."u8) ? Add(AddressKind.Domain, line[1..], entries, out problem)
        : Add(plain, line, entries, out problem);

    private bool Add(AddressKind kind, ReadOnlySpan<byte> address, Entries entries, out string? problem)
    {
        if (!_address.Read(address))
        {
            problem = "this is no host, URL or rule";
            return false;
        }

        if (kind != AddressKind.Link && _address.IsMoreThanHost)
        {
            problem = "this is the address of a page, which does not stand for its whole host; put it into a list of links";
            return false;
        }

        // Of a page list's exceptions, one without a path is for all of its host.
        kind = kind == AddressKind.Link && ReferenceEquals(entries, _allowed) && !_address.IsMoreThanHost ? AddressKind.Host : kind;
        problem = null;
        entries.Add(kind, AddressSet.HashOf(kind, kind == AddressKind.Link ? _address.Link : _address.Host));
        return true;
    }

    private sealed class Entries
    {
        private readonly List<ulong> _hashes = [];
        private bool _hasDomains;
        private bool _hasLinks;

        public int Count => _hashes.Count;

        public void Add(AddressKind kind, ulong hash)
        {
            _hashes.Add(hash);
            _hasDomains |= kind == AddressKind.Domain;
            _hasLinks |= kind == AddressKind.Link;
        }

        public AddressSet ToSet() => new(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_hashes), _hasDomains, _hasLinks);
    }
}
