using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Jobs;

namespace OlmoSharp.Data.Taggers;

/// <summary>Where the attributes of each document file go.</summary>
/// <param name="config">The config.</param>
/// <param name="taggers">Its taggers.</param>
/// <param name="quarantine">Whether each document file also has a file for the lines that are no documents.</param>
internal sealed class TagLayout(TagConfig config, IReadOnlyList<ConfiguredTagger> taggers, bool quarantine)
{
    /// <summary>
    /// Whether each tagger has a file of its own, as in Dolma where no experiment is named. A destination holds all taggers in one file, also as in Dolma.
    /// </summary>
    public bool IsSplit => config.Experiment is null && config.Destination is null;

    /// <summary>The tasks: a document file in; its attribute files out, and the quarantine file last.</summary>
    /// <exception cref="DataException">There are no documents, or no place for attributes.</exception>
    public IReadOnlyList<ShardTask> Tasks() =>
        config.Destination is { } folders
            ? [.. config.Documents.Zip(folders).SelectMany(pair => DocumentPatterns.Expand([pair.First]).Select(path => Task(path, pair.First, pair.Second)))]
            : [.. DocumentPatterns.Expand(config.Documents).Select(Task)];

    private ShardTask Task(string documents)
    {
        var sets = IsSplit ? taggers.Select(tagger => tagger.Name) : [config.Experiment!];
        List<string> outputs = [.. sets.Select(set => AttributePaths.Of(documents, set))];
        if (quarantine)
        {
            outputs.Add(AttributePaths.Quarantine(AttributePaths.FolderOf(documents, sets.First()), AttributePaths.Relative(documents)));
        }

        return new ShardTask { Inputs = [documents], Outputs = outputs };
    }

    private ShardTask Task(string documents, string pattern, string folder)
    {
        var relative = Path.GetRelativePath(DocumentPatterns.RootOf(pattern), documents).Replace('\\', '/');
        List<string> outputs = [Path.Combine(folder, AttributePaths.LinesOf(relative))];
        if (quarantine)
        {
            outputs.Add(AttributePaths.Quarantine(folder, relative));
        }

        return new ShardTask { Inputs = [documents], Outputs = outputs };
    }
}
