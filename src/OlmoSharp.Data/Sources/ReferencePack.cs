using System.Text.RegularExpressions;

namespace OlmoSharp.Data.Sources;

/// <summary>A reference pack of .NET: assemblies' signatures and their XML documentation.</summary>
/// <param name="Id">Its package name in lower case, for example <c>microsoft.netcore.app.ref</c>.</param>
/// <param name="Version">Its version, for example <c>10.0.12</c>.</param>
/// <param name="Folder">The folder of the XML files, for example <c>…/ref/net10.0</c>.</param>
internal sealed partial record ReferencePack(string Id, string Version, string Folder)
{
    private const string BaseLibrary = "microsoft.netcore.app.ref";

    /// <summary>
    /// The newest version of every reference pack with documentation below a folder: an installation of .NET, a NuGet package folder,
    /// or unpacked packages. The base library comes first, the others by name.
    /// </summary>
    public static IReadOnlyList<ReferencePack> FindIn(string folder) =>
        [.. PackFolders(folder)
            .SelectMany(TargetFolders)
            .GroupBy(pack => pack.Id, StringComparer.Ordinal)
            .Select(versions => versions
                .OrderByDescending(pack => PackageVersion.TryParse(pack.Version))
                .ThenByDescending(pack => PackageVersion.TryParse(Path.GetFileName(pack.Folder)["net".Length..]))
                .First())
            .OrderBy(pack => pack.Id != BaseLibrary)
            .ThenBy(pack => pack.Id, StringComparer.Ordinal)];

    private static IEnumerable<(string Id, string Version, string Folder)> PackFolders(string folder)
    {
        var packs = Path.Combine(folder, "packs");
        foreach (var pack in Folders(Directory.Exists(packs) ? packs : folder).Prepend(Path.GetFullPath(folder)))
        {
            if (Directory.Exists(Path.Combine(pack, "ref")))
            {
                // A package unpacked on its own, in a folder such as microsoft.netcore.app.ref.10.0.12/ or …/10.0.12/.
                var name = PackWithVersion().Match(pack);
                yield return name.Success
                    ? (name.Groups["id"].Value.ToLowerInvariant(), name.Groups["version"].Value, pack)
                    : (Path.GetFileName(pack).ToLowerInvariant(), "unknown", pack);
            }
            else if (pack.EndsWith(".ref", StringComparison.OrdinalIgnoreCase))
            {
                foreach (var version in Folders(pack).Where(version => PackageVersion.TryParse(Path.GetFileName(version)) is not null))
                {
                    yield return (Path.GetFileName(pack).ToLowerInvariant(), Path.GetFileName(version), version);
                }
            }
        }
    }

    private static IEnumerable<ReferencePack> TargetFolders((string Id, string Version, string Folder) pack) =>
        Folders(Path.Combine(pack.Folder, "ref"))
            .Where(target => TargetFramework().IsMatch(Path.GetFileName(target)) && Directory.EnumerateFiles(target, "*.xml").Any())
            .Select(target => new ReferencePack(pack.Id, pack.Version, target));

    private static IEnumerable<string> Folders(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal) : [];

    [GeneratedRegex(@"(?<id>[\w.-]+\.ref)[./\\](?<version>\d+\.\d+\.\d+[\w.-]*)[/\\]?$", RegexOptions.IgnoreCase)]
    private static partial Regex PackWithVersion();

    [GeneratedRegex(@"^net\d+\.\d+$")]
    private static partial Regex TargetFramework();
}
