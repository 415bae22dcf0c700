using OlmoSharp.Data.Filters;

namespace OlmoSharp.Data.Mixing;

/// <summary>A stream with its filters parsed. Any number of threads may use it.</summary>
internal sealed class MixStream
{
    private static readonly string[] Needed = ["id", "text", "source"];

    public MixStream(MixStreamConfig config, int index)
    {
        Config = config;
        Index = index;
        var place = $"streams[{index}] ({config.Name})";
        if (config.Name.AsSpan().IndexOfAny('/', '\\', '\0') >= 0)
        {
            throw new DataException($"{place}: a name with a slash cannot begin a file's name. Rename the stream.");
        }

        if (config.Output.Path.Contains("://", StringComparison.Ordinal))
        {
            throw new DataException($"{place}: output.path {config.Output.Path} is not on this machine. Write to a folder here, and copy it afterwards.");
        }

        if ((config.Output.DiscardFields ?? []).FirstOrDefault(Needed.Contains) is { } needed)
        {
            throw new DataException($"{place}: discard_fields names {needed}, without which a row is no document. Remove it there.");
        }

        try
        {
            var filter = config.Filter ?? new MixFilterConfig();
            Include = [.. filter.Include.Select(text => DocumentQuery.Parse(text, filter.Syntax, Names))];
            Exclude = [.. filter.Exclude.Select(text => DocumentQuery.Parse(text, filter.Syntax, Names))];
            Replacers = [.. config.SpanReplacement.Select(replacement => new SpanReplacer(replacement, Names))];
        }
        catch (DataException error)
        {
            throw new DataException($"{place}: {error.Message}", error);
        }
    }

    public MixStreamConfig Config { get; }

    /// <summary>The stream's place in the config.</summary>
    public int Index { get; }

    /// <summary>What filters and replacements read.</summary>
    public FilterNames Names { get; } = new();

    public IReadOnlyList<DocumentQuery> Include { get; }

    public IReadOnlyList<DocumentQuery> Exclude { get; }

    public IReadOnlyList<SpanReplacer> Replacers { get; }

    /// <summary>Everything but paths that decides what becomes of a document.</summary>
    public string Settings
    {
        get
        {
            var filter = Config.Filter ?? new MixFilterConfig();
            return Configuration.ConfigWriter.Write(Config with { Documents = [""], Output = Config.Output with { Path = "" }, Filter = filter });
        }
    }
}
