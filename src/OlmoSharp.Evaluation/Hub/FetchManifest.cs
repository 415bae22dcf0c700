using System.Text.Json;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Evaluation.Hub;

/// <summary>What was downloaded into a data folder, and what a fetch that was stopped had still to download: its file <c>hub-manifest.json</c>.</summary>
internal sealed class FetchManifest
{
    /// <summary>The file's name.</summary>
    public const string FileName = "hub-manifest.json";

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, WriteIndented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly string _path;
    private readonly SortedDictionary<string, FetchedFile> _files = new(StringComparer.Ordinal);

    /// <summary>Reads a folder's manifest; without one, nothing was downloaded.</summary>
    /// <param name="folder">The data folder.</param>
    /// <exception cref="EvaluationException">It is damaged, or names files outside the folder.</exception>
    public FetchManifest(string folder)
    {
        _path = Path.Combine(folder, FileName);
        if (!File.Exists(_path))
        {
            return;
        }

        try
        {
            foreach (var file in JsonSerializer.Deserialize<Content>(File.ReadAllText(_path), Options)?.Files ?? throw new JsonException("it has no \"files\""))
            {
                _files[file is null ? throw new JsonException("one of \"files\" is null") : file.File] = IsSafe(folder, file)
                    ? file
                    : throw new JsonException($"'{file.File}' is not in the folder, or its checksum is none");
            }
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new EvaluationException($"{_path}: it cannot be read ({error.Message}); remove it, and files are checked and fetched anew", error);
        }
    }

    /// <summary>The files of a split.</summary>
    public IReadOnlyList<FetchedFile> Find(IEnumerable<string> datasets, string config, string split) =>
        [.. _files.Values.Where(file => datasets.Contains(file.Dataset) && file.Config == config && file.Split == split)];

    /// <summary>Adds files, downloaded or to be downloaded; the manifest is on the disk when this returns.</summary>
    /// <exception cref="EvaluationException">The disk refuses.</exception>
    public void Add(params IEnumerable<FetchedFile> files)
    {
        foreach (var file in files)
        {
            _files[file.File] = file;
        }

        try
        {
            Write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EvaluationException($"{_path}: it cannot be written ({error.Message})", error);
        }
    }

    /// <summary>Whether what a manifest of elsewhere says is written to leaves the folder alone.</summary>
    private static bool IsSafe(string folder, FetchedFile file) =>
        !file.File.Contains('\0', StringComparison.Ordinal) && FileChecksum.IsDigits(file.Checksum.Value)
        && Path.GetFullPath(Path.Combine(folder, file.File)).StartsWith(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private void Write() => AtomicFile.WriteAllText(_path, JsonSerializer.Serialize(new Content([.. _files.Values]), Options) + "\n");

    private sealed record Content(IReadOnlyList<FetchedFile> Files);
}
