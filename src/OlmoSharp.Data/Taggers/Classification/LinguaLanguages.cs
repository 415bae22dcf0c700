using Lingua;

namespace OlmoSharp.Data.Taggers.Classification;

/// <summary>Some languages of the Lingua library, and what tells them apart: loaded when the first text is looked at, and shared by all threads.</summary>
internal sealed class LinguaLanguages
{
    private const int LeastLanguages = 2;
    private readonly Lazy<LanguageDetector> _detector;

    /// <exception cref="DataException">A language is not one of Lingua's.</exception>
    public LinguaLanguages(LinguaSettings settings)
    {
        var all = LanguageInfo.All().ToDictionary(Code, StringComparer.Ordinal);
        Languages = settings.Languages.Count == 0
            ? [.. all.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value)]
            : [.. settings.Languages.Select(code => all.TryGetValue(code, out var language) ? language : throw new DataException(
                $"languages: Lingua knows no language {code}. It knows {string.Join(", ", all.Keys.Order(StringComparer.Ordinal))}."))];
        if (Languages.Distinct().Count() != Languages.Count || Languages.Count < LeastLanguages)
        {
            throw new DataException("languages: needs at least two, each once, since one can only be told from others.");
        }

        Codes = [.. Languages.Select(Code)];
        _detector = new Lazy<LanguageDetector>(() =>
        {
            var builder = LanguageDetectorBuilder.FromLanguages([.. Languages]);
            return (settings.LowAccuracy ? builder.WithLowAccuracyMode() : builder).Build();
        });
    }

    /// <summary>The version of the library, which decides what is said.</summary>
    public static string Version { get; } = $"Lingua {typeof(LanguageDetector).Assembly.GetName().Version}";

    /// <summary>The languages.</summary>
    public IReadOnlyList<Language> Languages { get; }

    /// <summary>Their ISO 639-1 codes.</summary>
    public IReadOnlyList<string> Codes { get; }

    /// <summary>What tells them apart.</summary>
    public LanguageDetector Detector => _detector.Value;

    private static string Code(Language language) => language.IsoCode6391().ToString().ToLowerInvariant();
}
