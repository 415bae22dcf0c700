using System.Diagnostics;

namespace OlmoSharp.Data.Taggers;

/// <summary>How long each tagger took. Any number of threads may add to it.</summary>
public sealed class TagProfile
{
    private readonly string[] _names;
    private readonly long[] _ticks;

    /// <summary>Starts at zero.</summary>
    /// <param name="taggers">The taggers measured.</param>
    public TagProfile(IReadOnlyList<ConfiguredTagger> taggers)
    {
        _names = [.. taggers.Select(tagger => tagger.Name)];
        _ticks = new long[_names.Length];
    }

    /// <summary>The taggers and their times, longest first. What several taggers need, such as the words, counts for the first that asks.</summary>
    public IEnumerable<(string Tagger, TimeSpan Time)> Times =>
        _names.Zip(_ticks, (name, ticks) => (name, Stopwatch.GetElapsedTime(0, ticks))).OrderByDescending(pair => pair.Item2);

    internal void Add(int tagger, long ticks) => Interlocked.Add(ref _ticks[tagger], ticks);
}
