namespace OlmoSharp.Data.Taggers.Licenses;

/// <summary>
/// The licences and dedications that Creative Commons has published, each without a version and in all of its versions. Country and language, which Dolma adds to a type where it finds them, are
/// not part of it, so that there are few types and all are known before a document is read.
/// </summary>
internal static class CreativeCommonsLicense
{
    private static readonly (string Path, string[] Versions)[] Published =
    [
        .. new[] { "by", "by-nc", "by-nc-nd", "by-nc-sa", "by-nd", "by-sa" }.Select(name => ($"licenses/{name}", new[] { "1.0", "2.0", "2.1", "2.5", "3.0", "4.0" })),
        ("publicdomain/certification", ["1.0"]),
        ("publicdomain/mark", ["1.0"]),
        ("publicdomain/zero", ["1.0"]),
        ("licenses/publicdomain", []),
    ];

    private static readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> Places =
        Published.SelectMany(entry => entry.Versions.Select(version => $"{entry.Path}/{version}").Prepend(entry.Path))
            .Select((path, index) => (path, index))
            .ToDictionary(StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The types: <c>cc_by</c>, <c>cc_by_4.0</c>, <c>cc_publicdomain/zero_1.0</c> and so on.</summary>
    public static IReadOnlyList<string> Types { get; } =
    [
        .. Published.SelectMany(entry => entry.Versions.Select(version => $"_{version}").Prepend("").Select(version => $"cc_{entry.Path.Replace("licenses/", "", StringComparison.Ordinal)}{version}")),
    ];

    /// <summary>The type of a licence's address; −1 where it is of none.</summary>
    /// <param name="path">What follows <c>creativecommons.org/</c>.</param>
    /// <param name="withVersion">Whether the version is part of the type.</param>
    public static int TypeOf(ReadOnlySpan<byte> path, bool withVersion)
    {
        Span<char> key = stackalloc char[40];
        var folder = Segment(path, 0);
        var name = Segment(path, folder + 1);
        if (name > key.Length || System.Text.Ascii.ToUtf16(path[..name], key, out var length) != System.Buffers.OperationStatus.Done)
        {
            return -1;
        }

        // The order in which version 1.0 named it.
        if (key[..length] is "licenses/by-nd-nc")
        {
            "by-nc-nd".CopyTo(key["licenses/".Length..]);
        }

        var version = withVersion ? Segment(path, name + 1) - name : 0;
        if (version is > 0 and <= 4 && System.Text.Ascii.ToUtf16(path.Slice(name, version), key[length..], out var more) == System.Buffers.OperationStatus.Done
            && Places.TryGetValue(key[..(length + more)], out var whole))
        {
            return whole;
        }

        return Places.TryGetValue(key[..length], out var place) ? place : -1;
    }

    /// <summary>The end of the part of a path that begins at a place; that place, where none does.</summary>
    private static int Segment(ReadOnlySpan<byte> path, int start)
    {
        var end = start;
        while (end < path.Length && end - start < 20 && (char.IsAsciiLetterLower((char)path[end]) || char.IsAsciiDigit((char)path[end]) || path[end] is (byte)'-' or (byte)'.'))
        {
            end++;
        }

        return Math.Min(end, path.Length);
    }
}
