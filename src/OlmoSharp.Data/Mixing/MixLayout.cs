using System.Text.RegularExpressions;
using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Configuration;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Data.Mixing;

/// <summary>Which files a mix reads and writes, checked before any work.</summary>
internal sealed class MixLayout
{
    /// <summary>Finds the files.</summary>
    /// <exception cref="DataException">A filter has a mistake, files are missing, or two streams cannot share an output.</exception>
    public MixLayout(MixConfig config)
    {
        if (config.Streams.Count == 0)
        {
            throw new DataException("streams: there is no stream to mix. Give at least one, with name, documents and output.");
        }

        Streams = [.. config.Streams.Select((stream, index) => new MixStream(stream, index))];
        Inputs = [.. Streams.SelectMany(InputsOf)];
        Outputs = [.. Inputs.GroupBy(input => (Path.GetFullPath(input.Stream.Config.Output.Path), input.Stream.Config.Name)).Select(OutputOf)];
    }

    /// <summary>The streams in the order of the config.</summary>
    public IReadOnlyList<MixStream> Streams { get; }

    /// <summary>The document files, stream by stream.</summary>
    public IReadOnlyList<MixInput> Inputs { get; }

    /// <summary>The outputs, in the order of their first streams.</summary>
    public IReadOnlyList<MixOutput> Outputs { get; }

    /// <summary>A shard for each input of an output, under its own name.</summary>
    public static IReadOnlyList<MixShard> Unmoved(MixOutput output) =>
        [.. output.Pieces.GroupBy(piece => piece.Input).Select(pieces => new MixShard([.. pieces], [NameOf(pieces.Key)]))];

    /// <summary>Refuses an output folder in which files of an earlier mix would pass for files of this one.</summary>
    /// <exception cref="DataException">There are such files.</exception>
    public static void RefuseLeftovers(MixOutput output, IEnumerable<string> expected)
    {
        if (!Directory.Exists(output.Path))
        {
            return;
        }

        var known = expected.Select(Path.GetFullPath).ToHashSet(StringComparer.Ordinal);
        var numbered = new Regex($@"^{Regex.Escape(output.Name)}-\d{{4,}}\.jsonl?(\.gz|\.zst)?$", RegexOptions.CultureInvariant);
        var leftovers = Directory.EnumerateFiles(output.Path).Where(file => numbered.IsMatch(Path.GetFileName(file)) && !known.Contains(Path.GetFullPath(file)))
            .Select(Path.GetFileName).Order(StringComparer.Ordinal).ToList();
        if (leftovers.Count > 0)
        {
            throw new DataException($"{output.Path}: holds {leftovers[0]}{(leftovers.Count > 1 ? $" and {leftovers.Count - 1} more files" : "")} that this mix does not make. Delete what is left of an earlier mix, or choose another folder.");
        }
    }

    private static IEnumerable<MixInput> InputsOf(MixStream stream)
    {
        foreach (var path in DocumentPatterns.Expand(stream.Config.Documents))
        {
            var compression = Path.GetExtension(path) is ".gz" or ".zst" ? Path.GetExtension(path)[1..] : "";
            if (stream.Config.Compression?.Input is { } said && said != compression)
            {
                throw new DataException($"streams[{stream.Index}] ({stream.Config.Name}): compression.input is \"{said}\", but {path} is named otherwise. Rename the file, or remove compression.input.");
            }

            yield return new MixInput(stream, path, [.. stream.Config.Attributes.SelectMany(set => AttributesOf(stream, path, set))], new FileInfo(path).Length);
        }
    }

    private static IEnumerable<string> AttributesOf(MixStream stream, string documents, string set)
    {
        var path = AttributePaths.Of(documents, set);
        if (File.Exists(path))
        {
            return [path];
        }

        var root = Path.GetDirectoryName(AttributePaths.FolderOf(documents, "x"))!;
        var sets = Directory.Exists(root) ? Directory.EnumerateDirectories(root).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal).ToList() : [];
        if (set.Contains('*', StringComparison.Ordinal))
        {
            var pattern = new Regex($"^{Regex.Escape(set).Replace("\\*", ".*", StringComparison.Ordinal)}$", RegexOptions.CultureInvariant);
            var matches = sets.Where(name => pattern.IsMatch(name)).Select(name => AttributePaths.Of(documents, name)).Where(File.Exists).ToList();
            if (matches.Count > 0)
            {
                return matches;
            }
        }

        var hint = NearestName.Find(set, sets) is { } nearest && nearest != set ? $" Did you mean {nearest}?" : sets.Count > 0 ? $" There are the sets {string.Join(", ", sets)}." : "";
        throw new DataException($"streams[{stream.Index}] ({stream.Config.Name}): {documents} has no attributes \"{set}\": there is no file {path}.{hint} Run the job that makes it, or remove the name.");
    }

    private static MixOutput OutputOf(IEnumerable<MixInput> inputs)
    {
        List<MixInput> all = [.. inputs];
        var streams = all.Select(input => input.Stream).Distinct().ToList();
        var first = streams[0].Config;
        if (streams.Find(stream => stream.Config.Output.MaxSizeInBytes != first.Output.MaxSizeInBytes || Extension(stream.Config) != Extension(first)) is { } other)
        {
            throw new DataException($"streams[{other.Index}] ({other.Config.Name}): shares its name and output path with streams[{streams[0].Index}], but not max_size_in_bytes and compression. Make them equal, or give the streams different names.");
        }

        return new MixOutput(first.Name, first.Output.Path, first.Output.MaxSizeInBytes, Extension(first), all);
    }

    private static string Extension(MixStreamConfig stream) => stream.Compression?.Output switch
    {
        null or "gz" => ".jsonl.gz",
        "" => ".jsonl",
        var other => ".jsonl." + other,
    };

    private static string NameOf(MixInput input)
    {
        var name = Path.Combine(input.Stream.Config.Output.Path, "documents", AttributePaths.LinesOf(AttributePaths.Relative(input.Documents)));
        return input.Stream.Config.Compression?.Output is { } output
            ? (Path.GetExtension(name) is ".gz" or ".zst" ? name[..^Path.GetExtension(name).Length] : name) + (output == "" ? "" : "." + output)
            : name;
    }
}
