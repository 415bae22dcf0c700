using System.Text.Json.Nodes;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Sources.Documentation;

namespace OlmoSharp.Data.Sources;

/// <summary>
/// The reference documentation that the .NET SDK carries (<c>packs/*/ref/*/*.xml</c>): one document per type, its members beneath it.
/// The documents' sources go by domain: <c>dotnet-base</c>, <c>aspnetcore</c>, <c>dotnet-extensions</c>, <c>hardware-intrinsics</c>,
/// <c>windows-desktop</c>. The newest version of each pack is taken; an assembly that several packs carry is taken once.
/// </summary>
/// <param name="folder">
/// An installation of .NET, a NuGet package folder or a folder of unpacked reference packages; null to look for an installation of .NET
/// and then into the user's NuGet packages.
/// </param>
public sealed class SdkDocumentationSource(string? folder = null) : ITextSource
{
    /// <inheritdoc/>
    public string Name => "SDK documentation";

    /// <inheritdoc/>
    public IEnumerable<Document> ReadDocuments(CancellationToken cancellationToken = default)
    {
        var files = FindFiles();
        var catalog = new TypeCatalog();
        foreach (var types in OrderedParallel.Select(files, ReadTypes, cancellationToken))
        {
            catalog.AddRange(types);
        }

        return OrderedParallel.Select(files, file => ReadDocuments(file, catalog), cancellationToken).SelectMany(documents => documents);
    }

    private static TypeCatalog ReadTypes(DocumentationFile file)
    {
        var types = new TypeCatalog();
        file.AddTypesTo(types);
        return types;
    }

    private static List<Document> ReadDocuments(DocumentationFile file, TypeCatalog catalog)
    {
        var signatures = new SignatureRenderer(catalog);
        var types = new OrderedDictionary<string, TypeDocumentation>(StringComparer.Ordinal);
        foreach (var (id, element) in file.ReadMembers())
        {
            if (!types.TryGetValue(id.Type, out var type))
            {
                types[id.Type] = type = new TypeDocumentation(id.Type, catalog, signatures);
            }

            type.Add(id, element);
        }

        return [.. types.Values.Where(type => !type.IsEmpty).Select(type => ToDocument(file, type, catalog.NamespaceOf(type.Type), catalog))];
    }

    private static Document ToDocument(DocumentationFile file, TypeDocumentation type, string nameSpace, TypeCatalog catalog) => new()
    {
        Id = $"{file.Assembly}/{type.Type}",
        Text = type.Render(file.Assembly),
        Source = Domain(file, nameSpace),
        Metadata = new JsonObject
        {
            ["assembly"] = file.Assembly,
            ["namespace"] = nameSpace,
            ["type"] = catalog.ShortName(type.Type),
            ["pack"] = file.Pack.Id,
            ["pack_version"] = file.Pack.Version,
            ["member_count"] = type.MemberCount,
        },
    };

    private static string Domain(DocumentationFile file, string nameSpace)
    {
        if (nameSpace.StartsWith("System.Runtime.Intrinsics", StringComparison.Ordinal))
        {
            return "hardware-intrinsics";
        }

        if (file.Pack.Id.Contains("windowsdesktop", StringComparison.Ordinal))
        {
            return "windows-desktop";
        }

        if (file.Assembly.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal))
        {
            return "dotnet-extensions";
        }

        var isWeb = file.Assembly.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal)
            || file.Pack.Id.Contains("aspnetcore", StringComparison.Ordinal) && !file.Assembly.StartsWith("System.", StringComparison.Ordinal);
        return isWeb ? "aspnetcore" : "dotnet-base";
    }

    private List<DocumentationFile> FindFiles()
    {
        IReadOnlyList<string> places = folder is null ? [.. DotnetRoot.Candidates(), NuGetPackages()] : [folder];
        foreach (var place in places)
        {
            // An assembly's file belongs to the first pack that has it: ASP.NET Core's pack repeats the base library's files.
            var files = ReferencePack.FindIn(place)
                .SelectMany(pack => Directory.EnumerateFiles(pack.Folder, "*.xml").Select(path => new DocumentationFile(pack, path)))
                .DistinctBy(file => file.Assembly)
                .OrderBy(file => file.Assembly, StringComparer.Ordinal)
                .ToList();
            if (files.Count > 0)
            {
                return files;
            }
        }

        throw new DataException(
            $"No XML reference documentation of .NET in {string.Join(", ", places)} (expected packs/*/ref/net*/*.xml). "
            + "The NuGet packages Microsoft.NETCore.App.Ref and Microsoft.AspNetCore.App.Ref hold it: download both from nuget.org, "
            + "unpack each .nupkg (it is a zip archive) into a folder named after it, such as refs/Microsoft.NETCore.App.Ref.10.0.0/, "
            + "and give the folder above them (refs) as the SDK documentation folder.");
    }

    private static string NuGetPackages() =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
}
