namespace OlmoSharp.Evaluation.Calmqa.Languages;

/// <summary>Languages with the counts of their n-grams, and how to read those as confidence.</summary>
public sealed class LanguageProfiles
{
    private static readonly Lazy<LanguageProfiles> Included = new(() =>
    {
        using var stream = typeof(LanguageProfiles).Assembly.GetManifestResourceStream("languages.profiles")!;
        return LanguageProfileFile.Read(stream, "the profiles of this program");
    });

    internal LanguageProfiles(IReadOnlyList<LanguageProfile> languages, IReadOnlyList<NGramEntry> entries, LanguageCalibration calibration, string? sha256 = null) =>
        (Languages, Entries, Calibration, Sha256) = (languages, entries, calibration, sha256);

    /// <summary>The profiles that come with the program.</summary>
    public static LanguageProfiles Default => Included.Value;

    /// <summary>The languages.</summary>
    public IReadOnlyList<LanguageProfile> Languages { get; }

    /// <summary>How to read log-probabilities.</summary>
    public LanguageCalibration Calibration { get; }

    /// <summary>SHA-256 of the files they are from, in hexadecimal; null where they are of none.</summary>
    public string? Sha256 { get; }

    /// <summary>The counts, ascending by n-gram.</summary>
    internal IReadOnlyList<NGramEntry> Entries { get; }

    /// <summary>Loads profiles.</summary>
    /// <param name="path">A file of <see cref="Save"/>.</param>
    /// <exception cref="EvaluationException">It is not there, or no such file.</exception>
    public static LanguageProfiles Load(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return LanguageProfileFile.Read(stream, path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new EvaluationException($"{path}: the profiles cannot be read ({exception.Message})", exception);
        }
    }

    /// <summary>Writes the profiles whole or not at all.</summary>
    /// <param name="path">Where to.</param>
    public void Save(string path) => LanguageProfileFile.Write(this, path);

    /// <summary>These languages and others; of one that both have, the other's counts are taken.</summary>
    /// <param name="others">The others.</param>
    public LanguageProfiles With(LanguageProfiles others)
    {
        var kept = Languages.Select((language, place) => (language, place)).Where(pair => others.Languages.All(other => other.Code != pair.language.Code)).ToArray();
        var places = kept.Select((pair, place) => (pair.place, place)).ToDictionary();
        var entries = new SortedDictionary<string, List<(int, int)>>(StringComparer.Ordinal);
        Add(Entries, places);
        Add(others.Entries, Enumerable.Range(0, others.Languages.Count).ToDictionary(place => place, place => kept.Length + place));
        return new([.. kept.Select(pair => pair.language), .. others.Languages], [.. entries.Select(pair => new NGramEntry(pair.Key, pair.Value))], Calibration, Sha256 is null || others.Sha256 is null ? null : $"{Sha256}+{others.Sha256}");

        void Add(IReadOnlyList<NGramEntry> from, Dictionary<int, int> to)
        {
            foreach (var entry in from)
            {
                var counts = entry.Counts.Where(pair => to.ContainsKey(pair.Language)).Select(pair => (to[pair.Language], pair.Count)).ToList();
                if (counts.Count > 0 && !entries.TryAdd(entry.Text, counts))
                {
                    entries[entry.Text].AddRange(counts);
                }
            }
        }
    }
}
