using System.IO.Hashing;
using OlmoSharp.Data.Deduplication.Keys;

namespace OlmoSharp.Data.Taggers.Urls;

/// <summary>
/// Hosts, domains and pages, each as a 64-bit hash (XXH3) and nothing else: 12 bytes of memory for each. An address that is not in a set of n is taken for one that is with probability of about
/// 4n/2⁶⁴, that is, once in 460 billion for ten million entries.
/// </summary>
internal sealed class AddressSet
{
    private const ulong Free = 0;

    private readonly ulong[] _slots;
    private readonly bool _hasDomains;
    private readonly bool _hasLinks;

    /// <summary>Makes a set.</summary>
    /// <param name="entries">The hashes of its entries, in any order, also several times.</param>
    /// <param name="hasDomains">Whether there are domains among them, with all of their subdomains.</param>
    /// <param name="hasLinks">Whether there are pages among them.</param>
    public AddressSet(ReadOnlySpan<ulong> entries, bool hasDomains, bool hasLinks)
    {
        (_hasDomains, _hasLinks) = (hasDomains, hasLinks);
        _slots = new ulong[Math.Max(16, checked((int)(entries.Length * 3L / 2)))];
        foreach (var entry in entries)
        {
            ref var slot = ref _slots[Find(entry)];
            Count += slot == Free ? 1 : 0;
            slot = entry;
        }
    }

    /// <summary>How many different entries there are.</summary>
    public int Count { get; }

    /// <summary>The hash of an entry.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="address">The host or link of a <see cref="PageAddress"/>.</param>
    public static ulong HashOf(AddressKind kind, ReadOnlySpan<byte> address) => Math.Max(1, XxHash3.HashToUInt64(address, (long)kind));

    /// <summary>Whether a page is in the set: it, its host, or a domain that its host is in.</summary>
    public bool Contains(PageAddress address)
    {
        var host = address.Host;
        if (Contains(AddressKind.Host, host) || (_hasLinks && Contains(AddressKind.Link, address.Link)))
        {
            return true;
        }

        if (!_hasDomains)
        {
            return false;
        }

        // A domain has a dot: no list can name all of com.
        for (var domain = host; domain.Contains((byte)'.') || domain.Length == host.Length; domain = domain[(domain.IndexOf((byte)'.') + 1)..])
        {
            if (Contains(AddressKind.Domain, domain))
            {
                return true;
            }

            if (address.IsNumber)
            {
                break;
            }
        }

        return false;
    }

    private bool Contains(AddressKind kind, ReadOnlySpan<byte> address) => _slots[Find(HashOf(kind, address))] != Free;

    private int Find(ulong hash)
    {
        var slot = (int)KeyHash.Scale(hash, (ulong)_slots.Length);
        while (_slots[slot] != Free && _slots[slot] != hash)
        {
            slot = slot + 1 == _slots.Length ? 0 : slot + 1;
        }

        return slot;
    }
}
