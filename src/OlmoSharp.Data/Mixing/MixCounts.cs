using OlmoSharp.Data.Jobs;

namespace OlmoSharp.Data.Mixing;

/// <summary>Counts what becomes of a stream's documents.</summary>
/// <param name="stream">The stream's place in the config.</param>
internal sealed class MixCounts(int stream)
{
    private readonly SortedDictionary<string, long> _removed = new(StringComparer.Ordinal);
    private long _written;
    private long _textBytes;
    private long _replaced;

    /// <summary>Documents read.</summary>
    public long Documents { get; set; }

    /// <summary>Counts a document that is written.</summary>
    public void Add(MixedFile file)
    {
        _written++;
        _textBytes += file.TextLength;
        _replaced += file.Replaced;
    }

    /// <summary>Counts a document that is not.</summary>
    public void Add(Removal removal)
    {
        _removed[removal.Reason] = _removed.GetValueOrDefault(removal.Reason) + 1;
        if (removal.Filter is not null)
        {
            var name = Filter(removal.Filter);
            _removed[name] = _removed.GetValueOrDefault(name) + 1;
        }
    }

    /// <summary>Adds the counts to a task's manifest.</summary>
    public void Report(ShardWork work)
    {
        work.Count(Name(stream, "documents"), Documents);
        work.Count(Name(stream, "written"), _written);
        work.Count(Name(stream, "text_bytes"), _textBytes);
        work.Count(Name(stream, "replaced"), _replaced);
        foreach (var (reason, count) in _removed)
        {
            work.Count(Name(stream, reason), count);
        }
    }

    /// <summary>What became of a stream, from the counts of all tasks.</summary>
    public static MixStreamResult Result(MixStream stream, SortedDictionary<string, long> totals)
    {
        return new(stream.Config.Name, Of("documents"), Of("written"), Of("text_bytes"), Of("sample"), Of("include"), Of("exclude"), Of("min_text_length"), Of("replaced"))
        {
            ExcludedBy = [.. (stream.Config.Filter?.Exclude ?? []).Distinct().Select(filter => (filter, Of(Filter(filter))))],
        };

        long Of(string name) => totals.GetValueOrDefault(Name(stream.Index, name));
    }

    private static string Filter(string query) => $"exclude: {query}";

    private static string Name(int stream, string count) => FormattableString.Invariant($"streams[{stream}].{count}");
}
