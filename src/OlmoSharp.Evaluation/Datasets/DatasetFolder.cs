using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using OlmoSharp.Data.Configuration;
using OlmoSharp.Data.Decontamination.Evaluations;
using OlmoSharp.Evaluation.Sampling;
using OlmoSharp.Evaluation.Tasks;

namespace OlmoSharp.Evaluation.Datasets;

/// <summary>
/// A folder of datasets. A split is looked for by the names of its dataset in the layouts that such files come in (docs/evaluation.md, Data);
/// a map comes before all rules.
/// </summary>
/// <remarks>Names are compared without regard to case, and with <c>-</c> as <c>_</c>.</remarks>
public sealed partial class DatasetFolder
{
    private static readonly string[] Extensions = [".jsonl", ".ndjson", ".json", ".csv", ".parquet"];
    // The first names are the plainest; all would fill the screen.
    private const int NamesInMessages = 4;
    // The seed of the draw that files named .olmesN are of.
    private const long StandardSeed = 1234;

    private readonly string _folder;
    private readonly DataMap? _map;
    private readonly Lazy<List<FoundFile>> _files;
    private readonly Dictionary<(string Path, string? Rows), IReadOnlyList<(string Place, JsonElement Row)>> _read = [];

    /// <summary>Opens a folder.</summary>
    /// <param name="folder">The folder; files may lie in folders below it.</param>
    /// <param name="map">A map of files; null for the folder's own <c>data.yaml</c>, if it has one.</param>
    /// <exception cref="EvaluationException">There is no such folder.</exception>
    /// <exception cref="ConfigException">The map cannot be read.</exception>
    public DatasetFolder(string folder, string? map = null)
    {
        if (!Directory.Exists(folder))
        {
            throw new EvaluationException($"{folder}: there is no such data folder");
        }

        _folder = folder;
        var own = Path.Combine(folder, DataMap.FileName);
        _map = map is not null ? DataMap.Read(map) : File.Exists(own) ? DataMap.Read(own) : null;
        _files = new Lazy<List<FoundFile>>(ListFiles);
    }

    /// <summary>Finds the files of a split.</summary>
    /// <param name="spec">The task.</param>
    /// <param name="split">The split.</param>
    /// <exception cref="EvaluationException">None is found, or more than one; the message says what was looked for.</exception>
    public SplitFiles Find(TaskSpec spec, string split) =>
        TryFind(spec, split) ?? throw new EvaluationException(
            $"{spec.Name}: no file of split {split} of {Described(spec.Dataset)} is below {_folder}. Looked for {string.Join(", ", Patterns(spec, split).Select(pattern => pattern.Text).Distinct().Take(NamesInMessages))} and like names "
            + $"(with {string.Join(", ", Extensions)}, perhaps .gz or .zst). {Unfit(spec, split)}Fetch it: olmo eval fetch {spec.Name} --data {_folder}. Or name the file in {DataMap.FileName}: files: {{{Key(spec.Dataset, split)}: [FILE]}}.");

    /// <summary>Finds the files of a split; null if there are none.</summary>
    /// <param name="spec">The task.</param>
    /// <param name="split">The split.</param>
    /// <exception cref="EvaluationException">More than one file has the name.</exception>
    public SplitFiles? TryFind(TaskSpec spec, string split)
    {
        foreach (var key in MapKeys(spec.Dataset, split))
        {
            if (_map?.Files.GetValueOrDefault(key) is { } mapped)
            {
                return new SplitFiles(mapped, $"map: {key}", false);
            }
        }

        foreach (var pattern in Patterns(spec, split))
        {
            var found = _files.Value.Where(file => pattern.Expression.IsMatch(file.Name)).ToList();
            if (found.Count > 0)
            {
                return new SplitFiles(pattern.IsFolder ? OneFolder(spec, pattern.Text, found) : Whole(spec, pattern.Text, found), pattern.Text, false);
            }
        }

        return Samples(spec, split).FirstOrDefault(sample => sample.Key == spec.Limit || IsBeginning(spec, split, sample.Key)) is { } fitting
            ? new SplitFiles(Whole(spec, $"*.olmes{fitting.Key}", [.. fitting]), fitting.Key == spec.Limit ? $"*.olmes{fitting.Key}" : $"the first {spec.Limit} of *.olmes{fitting.Key}", true) { First = spec.Limit }
            : null;
    }

    private static bool IsBeginning(TaskSpec spec, string split, int drawn) =>
        spec.Dataset.Sizes.TryGetValue(split, out var size) && PythonRandom.IsBeginning(size, spec.Limit, drawn);

    /// <summary>Files of the documents that the standard draws, by their number, the smallest that may serve first.</summary>
    private IEnumerable<IGrouping<int, FoundFile>> Samples(TaskSpec spec, string split) => spec.Limit == 0 || spec.SubsampleSeed != StandardSeed || split != spec.Split
        ? []
        : from file in _files.Value
          let match = Regex.Match(file.Name, $@"(^|/)({string.Join('|', Names(spec).Select(name => Regex.Escape(Normal(name))))})\.olmes(\d{{1,9}})$", RegexOptions.CultureInvariant)
          where match.Success
          let drawn = int.Parse(match.Groups[3].ValueSpan, CultureInfo.InvariantCulture)
          where drawn >= spec.Limit
          group file by drawn into sample
          orderby sample.Key
          select sample;

    /// <summary>Why a file of a greater draw does not serve.</summary>
    private string Unfit(TaskSpec spec, string split) => Samples(spec, split).FirstOrDefault() is not { } sample ? ""
        : $"{Path.GetRelativePath(_folder, sample.First().Path)} has the {sample.Key} documents that the standard draws, but {(spec.Dataset.Sizes.ContainsKey(split) ? $"a draw of {spec.Limit} does not begin as that of {sample.Key} does" : "how many documents they are drawn from is not known")}: set limit={sample.Key}. ";

    /// <summary>The rows of a file, read once: many subsets may lie in one.</summary>
    internal IReadOnlyList<(string Place, JsonElement Row)> Read(string path, string? rows)
    {
        lock (_read)
        {
            return _read.TryGetValue((path, rows), out var known) ? known : _read[(path, rows)] = [.. EvaluationRows.Read(path, rows)];
        }
    }

    private static string Described(DatasetConfig dataset) => dataset.Name[0] + (dataset.Config.Length > 0 ? $" ({dataset.Config})" : "");

    private static string Key(DatasetConfig dataset, string split) => $"{dataset.Name[0]}/{(dataset.Config.Length > 0 ? dataset.Config + "/" : "")}{split}";

    private static IEnumerable<string> MapKeys(DatasetConfig dataset, string split) => dataset.Name.SelectMany(name => dataset.Config.Length > 0
        ? new[] { $"{name}/{dataset.Config}/{split}", $"{name}/{split}" }
        : [$"{name}/{split}"]);

    /// <summary>One file, or all shards of one name; anything else is not clear.</summary>
    private List<string> Whole(TaskSpec spec, string pattern, List<FoundFile> found)
    {
        var stems = found.Select(file => ShardNumber.Replace(file.Name, "")).Distinct().ToList();
        return stems.Count == 1 && AreOnce(spec, pattern, found)
            ? [.. found.Select(file => file.Path).Order(StringComparer.Ordinal)]
            : throw new EvaluationException(
                $"{spec.Name}: {found.Count} files below {_folder} match {pattern}: {Listed(found.Select(file => file.Path))}. Name the one in {DataMap.FileName}.");
    }

    /// <summary>Whether each name is there once, and numbers are those of all shards, or none has any.</summary>
    private bool AreOnce(TaskSpec spec, string pattern, List<FoundFile> found)
    {
        if (found.DistinctBy(file => file.Name).Count() < found.Count)
        {
            return false;
        }

        var numbers = found.ConvertAll(file => ShardNumber.Match(file.Name));
        if (!numbers.Exists(number => number.Success))
        {
            return true;
        }

        if (!numbers.TrueForAll(number => number.Success))
        {
            return false;
        }

        foreach (var shards in numbers.Zip(found).GroupBy(one => one.Second.Name[..one.First.Index]))
        {
            List<(int Index, int Count)> places = [.. shards.Select(one => (int.Parse(one.First.ValueSpan[1..6], CultureInfo.InvariantCulture), int.Parse(one.First.ValueSpan[^5..], CultureInfo.InvariantCulture)))];
            var count = places[0].Count;
            if (places.Exists(place => place.Count != count || place.Index >= count))
            {
                return false;
            }

            // A download that was stopped, or a file that was lost: less than all would pass for the whole.
            if (places.Count != count)
            {
                throw new EvaluationException($"{spec.Name}: {places.Count} of the {count} files that {pattern} is divided into are below {_folder}, among them {Path.GetRelativePath(_folder, shards.First().Second.Path)}; the others are missing");
            }
        }

        return true;
    }

    private string Listed(IEnumerable<string> paths) => string.Join(", ", paths.Select(path => Path.GetRelativePath(_folder, path)).Take(NamesInMessages));

    /// <summary>All files of one folder, whatever they are called, but of one format and with all shards.</summary>
    private List<string> OneFolder(TaskSpec spec, string pattern, List<FoundFile> found)
    {
        var folders = found.Select(file => Path.GetDirectoryName(file.Path)!).Distinct().ToList();
        if (folders.Count > 1)
        {
            throw new EvaluationException($"{spec.Name}: {folders.Count} folders below {_folder} match {pattern}: {Listed(folders)}. Name the files in {DataMap.FileName}.");
        }

        return found.DistinctBy(file => file.Extension).Count() == 1 && AreOnce(spec, pattern, found)
            ? [.. found.Select(file => file.Path)]
            : throw new EvaluationException(
                $"{spec.Name}: {found.Count} files below {_folder} match {pattern}, in several formats, or some with numbers of shards and some without, so that rows may be there twice: {Listed(found.Select(file => file.Path))}. Name the right ones in {DataMap.FileName}.");
    }

    private static IEnumerable<Pattern> Patterns(TaskSpec spec, string split)
    {
        var dataset = spec.Dataset;
        var config = dataset.Config;
        var names = Names(spec);
        string[] splits = split == "validation" ? ["validation", "val", "valid", "dev"] : [split];
        if (dataset.SplitBy is null)
        {
            foreach (var part in splits)
            {
                foreach (var name in names)
                {
                    if (config.Length > 0)
                    {
                        yield return new Pattern($"{name}__{config}.{part}");
                        yield return new Pattern($"{name}/{config}/{part}");
                    }

                    if (config.Length == 0 || dataset.Where is not null || name == spec.Task)
                    {
                        yield return new Pattern($"{name}.{part}");
                        yield return new Pattern($"{name}/{part}");
                        yield return new Pattern($"{name}/data/{part}");
                    }

                    yield return new Pattern($"{name}__none.{part}");
                }
            }
        }

        foreach (var name in names)
        {
            if (config.Length > 0)
            {
                yield return new Pattern($"{name}/**/{config}");
            }

            if (config.Length == 0 || dataset.Where is not null || name == spec.Task)
            {
                yield return new Pattern(name);
            }
        }

        foreach (var (part, name) in splits.SelectMany(part => names.Select(name => (part, name))))
        {
            yield return new Pattern(config.Length == 0 ? $"{name}__*.{part}" : $"{name}/{part}");
        }

        foreach (var part in splits)
        {
            foreach (var name in names)
            {
                yield return new Pattern($"{name}/{(config.Length > 0 && name != spec.Task ? config + "/" : "")}{part}/*", IsFolder: true);
            }

            if (config.Length > 0)
            {
                // The data folder is the dataset itself.
                yield return new Pattern($"{config}/{part}/*", IsFolder: true);
            }
        }
    }

    private static List<string> Names(TaskSpec spec) => [.. spec.Dataset.Name.SelectMany(name => name.Contains('/', StringComparison.Ordinal)
        ? new[] { name.Replace("/", "__", StringComparison.Ordinal), name, name[(name.LastIndexOf('/') + 1)..] }
        : [name]).Append(spec.Task).Distinct()];

    private List<FoundFile> ListFiles()
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden };
        return
        [
            .. from path in Directory.EnumerateFiles(_folder, "*", options).Order(StringComparer.Ordinal)
               let relative = Path.GetRelativePath(_folder, path).Replace('\\', '/')
               where !relative.Split('/').Any(part => part.StartsWith('.'))
               let plain = relative.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) || relative.EndsWith(".zst", StringComparison.OrdinalIgnoreCase) ? relative[..relative.LastIndexOf('.')] : relative
               let extension = Extensions.FirstOrDefault(extension => plain.EndsWith(extension, StringComparison.OrdinalIgnoreCase))
               where extension is not null
               select new FoundFile(path, Normal(plain[..^extension.Length]), extension),
        ];
    }

    private static string Normal(string name) => name.ToLowerInvariant().Replace('-', '_');

    [GeneratedRegex(@"_\d{5}_of_\d{5}$", RegexOptions.CultureInvariant)]
    private static partial Regex ShardNumber { get; }

    private sealed record FoundFile(string Path, string Name, string Extension);

    private sealed record Pattern(string Text, bool IsFolder = false)
    {
        /// <summary>Matches the end of a path without extensions, from a folder's or file's beginning on.</summary>
        public Regex Expression { get; } = new(
            "(^|/)" + Regex.Escape(Normal(Text)).Replace(@"/\*\*/", "/(.*/)?", StringComparison.Ordinal).Replace(@"\*", IsFolder ? "[^/]*" : "[^/.]*", StringComparison.Ordinal) + @"(_\d{5}_of_\d{5})?$",
            RegexOptions.CultureInvariant);
    }
}
