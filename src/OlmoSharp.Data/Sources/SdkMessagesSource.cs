using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Sources.Messages;

namespace OlmoSharp.Data.Sources;

/// <summary>
/// The messages of the .NET SDK in the languages of its satellite assemblies (<c>sdk/VERSION/**/CULTURE/*.resources.dll</c>), and in English
/// from the assemblies they belong to. The documents' sources are <c>messages-CULTURE</c>; a document holds messages of one assembly in one
/// language, separated by blank lines, with their format placeholders. Equal messages of an assembly are taken once.
/// </summary>
/// <param name="folder">An installation of .NET; null to look for one.</param>
public sealed partial class SdkMessagesSource(string? folder = null) : ITextSource
{
    private const string English = "en";
    private const string SatelliteExtension = ".resources.dll";

    /// <inheritdoc/>
    public string Name => "SDK messages";

    /// <summary>A document is closed once its text has this many characters.</summary>
    public int DocumentCharacters { get; init; } = 8192;

    /// <inheritdoc/>
    public IEnumerable<Document> ReadDocuments(CancellationToken cancellationToken = default)
    {
        var assemblies = FindFiles()
            .GroupBy(file => (file.Culture, file.Assembly))
            .OrderBy(group => group.Key.Culture, StringComparer.Ordinal)
            .ThenBy(group => group.Key.Assembly, StringComparer.Ordinal);
        return OrderedParallel
            .Select(assemblies, group => ReadDocuments(group.Key.Culture, group.Key.Assembly, group.Select(file => file.Path)), cancellationToken)
            .SelectMany(documents => documents);
    }

    private List<Document> ReadDocuments(string culture, string assembly, IEnumerable<string> paths)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var messages = paths
            .SelectMany(AssemblyResources.ReadStrings)
            .Select(MessageFilter.Clean)
            .OfType<string>()
            .Where(seen.Add);

        var documents = new List<Document>();
        var text = new StringBuilder();
        var count = 0;
        foreach (var message in messages)
        {
            text.Append(text.Length > 0 ? "\n" : "").Append(message).Append('\n');
            count++;
            if (text.Length >= DocumentCharacters)
            {
                Close();
            }
        }

        Close();
        return documents;

        void Close()
        {
            if (count == 0)
            {
                return;
            }

            documents.Add(new Document
            {
                Id = $"{assembly}/{culture}/{documents.Count}",
                Text = text.ToString(),
                Source = $"messages-{culture}",
                Metadata = new JsonObject { ["assembly"] = assembly, ["culture"] = culture, ["message_count"] = count },
            });
            text.Clear();
            count = 0;
        }
    }

    private List<(string Culture, string Assembly, string Path)> FindFiles()
    {
        IReadOnlyList<string> places = folder is null ? DotnetRoot.Candidates() : [folder];
        foreach (var place in places)
        {
            var satellites = FindSatellites(place).ToList();
            if (satellites.Count > 0)
            {
                // The assembly that a satellite translates lies in the folder above and speaks English.
                var neutral = satellites
                    .Select(file => (Culture: English, file.Assembly, Path: NeutralPath(file.Path, file.Assembly)))
                    .Where(file => File.Exists(file.Path))
                    .DistinctBy(file => file.Path);
                return [.. satellites, .. neutral];
            }
        }

        throw new DataException(
            $"No satellite assemblies of the .NET SDK in {string.Join(", ", places)} (expected sdk/VERSION/CULTURE/*{SatelliteExtension}). "
            + "Install the .NET SDK (the runtime alone has none) and give its folder, or leave the messages out.");
    }

    private static IEnumerable<(string Culture, string Assembly, string Path)> FindSatellites(string place)
    {
        var sdk = Path.Combine(place, "sdk");
        var newest = Directory.Exists(sdk)
            ? Directory.EnumerateDirectories(sdk)
                .Select(path => (Path: path, Version: PackageVersion.TryParse(Path.GetFileName(path))))
                .Where(version => version.Version is not null)
                .MaxBy(version => version.Version).Path
            : null;
        return newest is null
            ? []
            : Directory.EnumerateFiles(newest, "*" + SatelliteExtension, SearchOption.AllDirectories)
                .Select(path => (
                    Culture: Path.GetFileName(Path.GetDirectoryName(path)!),
                    Assembly: Path.GetFileName(path)[..^SatelliteExtension.Length],
                    Path: path))
                .Where(file => CultureName().IsMatch(file.Culture))
                .OrderBy(file => Path.GetRelativePath(newest, file.Path).Replace('\\', '/'), StringComparer.Ordinal);
    }

    private static string NeutralPath(string satellite, string assembly) =>
        Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(satellite))!, assembly + ".dll");

    [GeneratedRegex("^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
    private static partial Regex CultureName();
}
