using System.Text;
using System.Text.RegularExpressions;

namespace OlmoSharp.Evaluation.Hub;

/// <summary>Picks the files of a split out of a dataset's files, as the hub does: by what its card says, else by the names of folders and files.</summary>
internal static partial class SplitSelection
{
    private static readonly string[] Extensions = [".parquet", ".jsonl", ".ndjson", ".json", ".csv"];

    /// <summary>The names that a split may have.</summary>
    public static string[] NamesOf(string split) => split == "validation" ? ["validation", "valid", "val", "dev"] : [split];

    /// <summary>The extension of a file with rows, with that of its packing; null for another file.</summary>
    public static string? ExtensionOf(string path)
    {
        var packing = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[^3..] : path.EndsWith(".zst", StringComparison.OrdinalIgnoreCase) ? path[^4..] : "";
        var plain = path[..^packing.Length];
        return Extensions.FirstOrDefault(extension => plain.EndsWith(extension, StringComparison.OrdinalIgnoreCase)) is { } known ? known + packing.ToLowerInvariant() : null;
    }

    /// <summary>The files of a split by the dataset's card; null where the card does not name it.</summary>
    /// <param name="files">All files.</param>
    /// <param name="card">The card.</param>
    /// <param name="config">The configuration; empty: the one that counts where none is named.</param>
    /// <param name="split">The split.</param>
    /// <exception cref="EvaluationException">A pattern of the card cannot be read.</exception>
    public static IReadOnlyList<HubFile>? ByCard(IReadOnlyList<HubFile> files, DatasetCard card, string config, string split)
    {
        var configuration = config.Length > 0
            ? card.Configs.FirstOrDefault(one => one.Name == config)
            : card.Configs.FirstOrDefault(one => one.IsDefault) ?? card.Configs.FirstOrDefault(one => one.Name == "default") ?? (card.Configs.Count == 1 ? card.Configs[0] : null);
        if (configuration is null)
        {
            return null;
        }

        foreach (var name in NamesOf(split))
        {
            List<Regex> patterns = [.. configuration.Files.Where(file => file.Split == name).Select(file => Glob(file.Pattern))];
            List<HubFile> found = [.. Data(files).Where(file => patterns.Exists(pattern => pattern.IsMatch(file.Path)))];
            if (found.Count > 0)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>The files of a split by names; null where none has them.</summary>
    /// <param name="files">All files.</param>
    /// <param name="config">The configuration: a folder or a part of a file's name; empty where there is none.</param>
    /// <param name="split">The split: a folder, or a word of a file's name.</param>
    /// <exception cref="EvaluationException">Files of several folders or formats have the name, and are not the same files in each format.</exception>
    public static IReadOnlyList<HubFile>? ByNames(IReadOnlyList<HubFile> files, string config, string split)
    {
        foreach (var name in NamesOf(split))
        {
            var word = Regex.Escape(name);
            var folder = config.Length > 0 ? $"(.*/)?{Regex.Escape(config)}/(.*/)?" : "(data/)?";
            // The strictest first: what a file is called, then a folder of the split, then a word among others.
            string[] patterns =
            [
                $"^{folder}{word}(-\\d{{5}}-of-\\d{{5}}|-\\d+|_\\d+)?\\.[^/]*$",
                $"^{folder}{word}/[^/]+$",
                config.Length > 0 ? $"^(.*/)?{Regex.Escape(config)}[-_.]{word}([-_.]\\d+)*\\.[^/]*$" : $"^{folder}([^/]*[-_. ])?{word}([-_. ][^/]*)?\\.[^/]*$",
                config.Length > 0 ? $"^(.*/)?{word}[-_.]{Regex.Escape(config)}\\.[^/]*$" : $"^{folder}{word}/[^/]+$",
            ];
            foreach (var pattern in patterns)
            {
                List<HubFile> found = [.. Data(files).Where(file => Regex.IsMatch(file.Path, pattern, RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, TimeSpan.FromSeconds(1)))];
                if (found.Count > 0)
                {
                    return OneForm(found);
                }
            }
        }

        return null;
    }

    /// <summary>Of files in several formats or folders those of one format, where the others are the same files again; what else they are is not clear.</summary>
    private static List<HubFile> OneForm(List<HubFile> found)
    {
        var forms = found.GroupBy(file => ExtensionOf(file.Path)!).OrderBy(form => Array.FindIndex(Extensions, extension => form.Key.StartsWith(extension, StringComparison.Ordinal))).ThenBy(form => form.Key.Length).ToList();
        var names = forms.ConvertAll(form => form.Select(file => file.Path[..^form.Key.Length]).ToHashSet());
        return found.Select(file => file.Path[..(file.Path.LastIndexOf('/') + 1)]).Distinct().Count() == 1 && names.TrueForAll(names[0].SetEquals)
            ? [.. forms[0]]
            : throw new EvaluationException($"several files may be the split, and all of them together would count its documents twice: {Describe(found)}");
    }

    /// <summary>The files of a split on the branch of Parquet files that the hub makes of every dataset, <c>CONFIG/SPLIT/0000.parquet</c>; null where there are none.</summary>
    /// <param name="files">The branch's files.</param>
    /// <param name="config">The configuration; empty: <c>default</c>, or the only one.</param>
    /// <param name="split">The split.</param>
    /// <exception cref="EvaluationException">The hub has made Parquet of a part of the split only.</exception>
    public static IReadOnlyList<HubFile>? ByConversion(IReadOnlyList<HubFile> files, string config, string split)
    {
        var places = files.Select(file => (File: file, Parts: file.Path.Split('/'))).Where(place => place.Parts.Length == 3 && ExtensionOf(place.File.Path) is not null).ToList();
        var configs = places.Select(place => place.Parts[0]).Distinct().ToList();
        var chosen = config.Length > 0 ? config : configs.Contains("default") ? "default" : configs.Count == 1 ? configs[0] : null;
        foreach (var name in NamesOf(split))
        {
            List<HubFile> found = [.. places.Where(place => place.Parts[0] == chosen && place.Parts[1] == name).Select(place => place.File).OrderBy(file => file.Path, StringComparer.Ordinal)];
            if (found.Count > 0)
            {
                return found;
            }

            if (places.Exists(place => place.Parts[0] == chosen && place.Parts[1] == "partial-" + name))
            {
                throw new EvaluationException($"the hub has made Parquet files of a part of {chosen}/{name} only");
            }
        }

        return null;
    }

    /// <summary>The paths of files with rows, some of them, for an error.</summary>
    public static string Describe(IReadOnlyList<HubFile> files)
    {
        const int most = 12;
        List<HubFile> data = [.. Data(files)];
        return data.Count == 0 ? "no files with rows (.parquet, .jsonl, .json, .csv)"
            : string.Join(", ", data.Take(most).Select(file => file.Path)) + (data.Count > most ? $" and {data.Count - most} more" : "");
    }

    private static IEnumerable<HubFile> Data(IReadOnlyList<HubFile> files) => files.Where(file => ExtensionOf(file.Path) is not null).OrderBy(file => file.Path, StringComparer.Ordinal);

    /// <summary>A pattern of paths: <c>*</c> and <c>?</c> within a folder, <c>**</c> through folders, <c>[…]</c> and <c>{a,b}</c>.</summary>
    private static Regex Glob(string pattern)
    {
        var expression = new StringBuilder("^");
        foreach (Match part in GlobPart.Matches(pattern.TrimStart('.', '/')))
        {
            expression.Append(part.Value switch
            {
                "**/" => "(.*/)?",
                "**" => ".*",
                "*" => "[^/]*",
                "?" => "[^/]",
                ['[', ..] and [.., ']'] => part.Value.Replace("[!", "[^", StringComparison.Ordinal),
                ['{', .. var choices, '}'] => $"({string.Join('|', choices.Split(',').Select(Regex.Escape))})",
                var literal => Regex.Escape(literal),
            });
        }

        try
        {
            return new Regex(expression.Append('$').ToString(), RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        }
        catch (RegexParseException error)
        {
            throw new EvaluationException($"{DatasetCard.FileName}: '{pattern}' is no pattern of paths ({error.Message})", error);
        }
    }

    [GeneratedRegex(@"\*\*/|\*\*|\*|\?|\[[^\]/]+\]|\{[^{}/]+\}|[^*?\[{]+|.", RegexOptions.CultureInvariant)]
    private static partial Regex GlobPart { get; }
}
