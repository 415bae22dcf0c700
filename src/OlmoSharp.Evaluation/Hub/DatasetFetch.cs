using OlmoSharp.Evaluation.Datasets;
using OlmoSharp.Evaluation.Tasks;

namespace OlmoSharp.Evaluation.Hub;

/// <summary>
/// Downloads the splits that tasks read into a data folder, under names by which <see cref="DatasetFolder"/> finds them. What was downloaded once is not asked for again; the folder's
/// <c>hub-manifest.json</c> says where each file is from.
/// </summary>
/// <param name="folder">The data folder; it is made if need be.</param>
/// <param name="options">The hub.</param>
public sealed class DatasetFetch(string folder, HubOptions options)
{
    private const string DefaultRevision = "main";
    // The branch of Parquet files that the hub makes of datasets that are programs.
    private const string ConvertedRevision = "refs/convert/parquet";
    private const string LockFile = ".fetch.lock";
    private const string ByHand = "Download the right file by hand, and name it in data.yaml (docs/evaluation.md, Data)";

    /// <summary>The branch, tag or commit; null: the newest, and what was downloaded stays as it is.</summary>
    public string? Revision { get; init; }

    /// <summary>Whether nothing may be asked of the hub: what is missing is an error.</summary>
    public bool IsOffline { get; init; }

    /// <summary>Whether downloaded files are read again and their checksums compared; else their sizes are.</summary>
    public bool Verifies { get; init; }

    /// <summary>Finds out what tasks need, what is there, and what is to be downloaded from where.</summary>
    /// <param name="specs">The tasks.</param>
    /// <param name="cancellation">Stops at once.</param>
    /// <exception cref="EvaluationException">The hub lacks a split or fails, or files of another revision are there.</exception>
    public async Task<IReadOnlyList<FetchItem>> PlanAsync(IEnumerable<TaskSpec> specs, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        var (manifest, own) = (new FetchManifest(folder), new DatasetFolder(folder));
        using var hub = new HubClient(options);
        var seen = new Dictionary<(string Name, string Revision), HubListing?>();
        List<FetchItem> items = [];
        List<string> missing = [];
        foreach (var (spec, split) in Needs(specs))
        {
            var dataset = spec.Dataset;
            if (manifest.Find(dataset.Name, dataset.Config, split) is { Count: > 0 } known)
            {
                items.Add(Known(known, cancellation));
            }
            else if (own.TryFind(spec, split) is not null)
            {
                items.Add(new(dataset.Name[0], dataset.Config, split, FetchState.Own, []));
            }
            else if (IsOffline)
            {
                missing.Add(Described(dataset, split));
            }
            else
            {
                items.Add(await FindAsync(hub, seen, dataset, split, cancellation).ConfigureAwait(false));
            }
        }

        missing.AddRange(items.Where(item => IsOffline && item.State == FetchState.Missing).Select(item => $"{item.Files.First(file => file.Fetched is null).File} (gone or changed, or not fetched yet)"));
        return missing.Count == 0
            ? items
            : throw new EvaluationException($"{folder}: {missing.Count} splits are missing, and nothing may be fetched (--offline): {string.Join(", ", missing)}");
    }

    /// <summary>Downloads what a plan says is missing.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="report">Told how many bytes there are, and of which file.</param>
    /// <param name="cancellation">Stops at once; what is there is gone on with next time.</param>
    /// <returns>The plan with all that was downloaded.</returns>
    /// <exception cref="EvaluationException">The hub fails or sends something else, the disk refuses, or another fetch is under way.</exception>
    public async Task<IReadOnlyList<FetchItem>> RunAsync(IReadOnlyList<FetchItem> plan, Action<long, string> report, CancellationToken cancellation)
    {
        if (!Missing(plan).Any())
        {
            return plan;
        }

        using var alone = Lock();
        var manifest = new FetchManifest(folder);
        // Another fetch may have come between the plan and the lock; what it fetched stays, and files of two commits never make one split.
        plan = [.. plan.Select(item => Missing([item]).Any() && manifest.Find([item.Dataset], item.Config, item.Split) is { Count: > 0 } known ? Known(known, cancellation) : item)];
        var files = Missing(plan).ToList();
        if (files.Count == 0)
        {
            return plan;
        }

        CheckRoom(files);
        // Before the first: a split of which a stop leaves some files is known to be incomplete.
        manifest.Add(files);
        using var hub = new HubClient(options);
        var done = 0L;
        Dictionary<string, FetchedFile> fetched = [];
        foreach (var file in files)
        {
            var before = done;
            await hub.DownloadAsync(
                new(file.Repository, file.Commit), OnHub(file), Path.Combine(folder, file.File), bytes => report(before + bytes, file.File), cancellation).ConfigureAwait(false);
            done += file.Size;
            report(done, file.File);
            fetched[file.File] = file with { Fetched = DateTimeOffset.UtcNow };
            manifest.Add(fetched[file.File]);
        }

        return [.. plan.Select(item => item with { Files = [.. item.Files.Select(file => fetched.GetValueOrDefault(file.File, file))] })];
    }

    /// <summary>The bytes that a plan downloads.</summary>
    public static long BytesOf(IReadOnlyList<FetchItem> plan) => Missing(plan).Sum(file => file.Size);

    private static IEnumerable<FetchedFile> Missing(IReadOnlyList<FetchItem> plan) =>
        plan.SelectMany(item => item.Files).Where(file => file.Fetched is null).DistinctBy(file => file.File);

    private static IEnumerable<(TaskSpec Spec, string Split)> Needs(IEnumerable<TaskSpec> specs) =>
        specs.SelectMany(spec => SplitNeeds.OfDocuments(spec).Append(SplitNeeds.OfExamples(spec)).OfType<string>().Select(split => (Spec: spec, Split: split)))
            .DistinctBy(need => (string.Join('\n', need.Spec.Dataset.Name), need.Spec.Dataset.Config, need.Split));

    private static string Described(DatasetConfig dataset, string split) => $"{dataset.Name[0]}{(dataset.Config.Length > 0 ? $" ({dataset.Config})" : "")} {split}";

    /// <summary>A split that was downloaded: kept, or what is missing or changed of it again from the same commit.</summary>
    private FetchItem Known(IReadOnlyList<FetchedFile> files, CancellationToken cancellation)
    {
        var first = files[0];
        if (Revision is not null && Revision != first.Revision && Revision != first.Commit)
        {
            throw new EvaluationException(
                $"{Path.Combine(folder, first.File)}: it was fetched at revision {first.Revision} (commit {first.Commit}), not {Revision}; remove it from {FetchManifest.FileName} and the folder, or fetch into another folder");
        }

        List<FetchedFile> checkedFiles = [.. files.Select(file => IsWhole(file, cancellation) ? file : file with { Fetched = null })];
        return new(first.Dataset, first.Config, first.Split, checkedFiles.Exists(file => file.Fetched is null) ? FetchState.Missing : FetchState.Kept, checkedFiles);
    }

    private bool IsWhole(FetchedFile file, CancellationToken cancellation)
    {
        var path = Path.Combine(folder, file.File);
        return file.Fetched is not null && File.Exists(path) && new FileInfo(path).Length == file.Size && (!Verifies || file.Checksum.IsOf(path, cancellation));
    }

    /// <summary>Finds a split on the hub, under the first of its dataset's names that has it.</summary>
    private async Task<FetchItem> FindAsync(
        HubClient hub, Dictionary<(string Name, string Revision), HubListing?> seen, DatasetConfig dataset, string split, CancellationToken cancellation)
    {
        List<string> tried = [];
        // Names with an owner are the hub's own; others are names of before, or of files.
        foreach (var name in dataset.Name.Where(name => name.Split('/') is [{ Length: > 0 }, { Length: > 0 }] or [{ Length: > 0 }]).OrderBy(name => name.Contains('/', StringComparison.Ordinal) ? 0 : 1))
        {
            if (await ListingAsync(hub, seen, name, Revision ?? DefaultRevision, cancellation).ConfigureAwait(false) is not { } listing)
            {
                tried.Add($"{name}: no such dataset");
                continue;
            }

            var (files, source) = (Picked(listing, all => SplitSelection.ByCard(all, listing.Card, dataset.Config, split) ?? SplitSelection.ByNames(all, dataset.Config, split)), listing);
            if (files is null && Revision is null && await ListingAsync(hub, seen, name, ConvertedRevision, cancellation).ConfigureAwait(false) is { } converted)
            {
                (files, source) = (Picked(converted, all => SplitSelection.ByConversion(all, dataset.Config, split)), converted);
                tried.Add($"{name}: {ConvertedRevision} has {SplitSelection.Describe(converted.Files)}");
            }

            if (files is not null)
            {
                return Item(name, dataset.Config, split, files, source.Dataset);
            }

            tried.Add($"{name} at {listing.Dataset.Commit}: found {SplitSelection.Describe(listing.Files)}");
        }

        throw new EvaluationException(
            $"{options.Address}: no files of {Described(dataset, split)} are there. {string.Join("; ", tried)}. {ByHand}");
    }

    /// <summary>Picks files; an error says of which dataset.</summary>
    private IReadOnlyList<HubFile>? Picked(HubListing listing, Func<IReadOnlyList<HubFile>, IReadOnlyList<HubFile>?> pick)
    {
        try
        {
            return pick(listing.Files);
        }
        catch (EvaluationException error)
        {
            throw new EvaluationException($"{options.Address}: {listing.Dataset.Name} at {listing.Dataset.Commit}: {error.Message}. {ByHand}", error);
        }
    }

    private FetchItem Item(string dataset, string config, string split, IReadOnlyList<HubFile> files, HubDataset source)
    {
        var name = dataset.Replace("/", "__", StringComparison.Ordinal);
        var stem = $"{name}__{(config.Length > 0 ? config : "none")}.{split}";
        if (stem.AsSpan().IndexOfAny(Path.GetInvalidFileNameChars()) >= 0 || name is "." or "..")
        {
            throw new EvaluationException($"{stem}: a file cannot have this name; a dataset, configuration or split is called so that no file of it can be found again");
        }

        return new(dataset, config, split, FetchState.Missing,
        [
            .. files.Select((file, i) => new FetchedFile
            {
                File = $"{name}/{stem}{(files.Count > 1 ? FormattableString.Invariant($"-{i:00000}-of-{files.Count:00000}") : "")}{SplitSelection.ExtensionOf(file.Path)}",
                Dataset = dataset,
                Config = config,
                Split = split,
                Repository = source.Name,
                Revision = Revision ?? DefaultRevision,
                Commit = source.Commit,
                Path = file.Path,
                Size = file.Size,
                Checksum = file.Checksum,
            }),
        ]);
    }

    private static async Task<HubListing?> ListingAsync(
        HubClient hub, Dictionary<(string Name, string Revision), HubListing?> seen, string name, string revision, CancellationToken cancellation)
    {
        if (seen.TryGetValue((name, revision), out var known))
        {
            return known;
        }

        HubListing? listing = null;
        // Not every dataset has a branch of Parquet files; that the hub fails is another matter.
        if (await hub.FindAsync(name, revision, cancellation, mayBeMissing: revision == ConvertedRevision).ConfigureAwait(false) is { } dataset)
        {
            var files = await hub.ListAsync(dataset, cancellation).ConfigureAwait(false);
            var card = revision != ConvertedRevision && files.Any(file => file.Path == DatasetCard.FileName)
                ? DatasetCard.Read(await hub.ReadAsync(dataset, DatasetCard.FileName, cancellation).ConfigureAwait(false))
                : new([]);
            listing = new(dataset, files, card);
        }

        return seen[(name, revision)] = listing;
    }

    private static HubFile OnHub(FetchedFile file) => new(file.Path, file.Size, file.Checksum);

    private FileStream Lock()
    {
        var path = Path.Combine(folder, LockFile);
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EvaluationException($"{path}: it cannot be opened ({error.Message}); does another fetch write into the folder?", error);
        }
    }

    private void CheckRoom(List<FetchedFile> files)
    {
        // What an earlier run left of a file has its room already.
        var needed = files.Sum(file => file.Size - (new FileInfo(HubClient.PartOf(Path.Combine(folder, file.File), OnHub(file))) is { Exists: true } part ? Math.Min(part.Length, file.Size) : 0));
        var free = new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace;
        if (free < needed)
        {
            throw new EvaluationException($"{folder}: {needed} bytes are to be fetched, but the disk has room for {free} only");
        }
    }

    /// <summary>A dataset with its files.</summary>
    private sealed record HubListing(HubDataset Dataset, IReadOnlyList<HubFile> Files, DatasetCard Card);
}
