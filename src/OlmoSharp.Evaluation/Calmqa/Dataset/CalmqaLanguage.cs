using OlmoSharp.Data.Configuration;

namespace OlmoSharp.Evaluation.Calmqa.Dataset;

/// <summary>One of the languages of the dataset.</summary>
/// <param name="Name">Its English name, as the files have it.</param>
/// <param name="Code">Its ISO 639-3 code; for Arabic, Balochi, Chinese and Pashto that of the macrolanguage.</param>
/// <param name="IsLowResource">Whether the paper counts it among the low-resource languages.</param>
public sealed record CalmqaLanguage(string Name, string Code, bool IsLowResource)
{
    /// <summary>All 23, by name.</summary>
    public static IReadOnlyList<CalmqaLanguage> All { get; } =
    [
        new("Afar", "aar", true), new("Arabic", "ara", false), new("Balochi", "bal", true), new("Chinese", "zho", false), new("English", "eng", false),
        new("Faroese", "fao", true), new("Fijian", "fij", true), new("German", "deu", false), new("Hebrew", "heb", false), new("Hiligaynon", "hil", true),
        new("Hindi", "hin", false), new("Hungarian", "hun", false), new("Japanese", "jpn", false), new("Kirundi", "run", true), new("Korean", "kor", false),
        new("Papiamento", "pap", true), new("Pashto", "pus", true), new("Russian", "rus", false), new("Samoan", "smo", true), new("Spanish", "spa", false),
        new("Tongan", "ton", true), new("Tswana", "tsn", true), new("Wolof", "wol", true),
    ];

    /// <summary>The language of a name.</summary>
    /// <param name="name">An English name or an ISO 639-3 code; case does not matter.</param>
    /// <exception cref="EvaluationException">It is none of the 23.</exception>
    public static CalmqaLanguage Find(string name) => TryFind(name) ?? throw new EvaluationException(
        $"'{name}' is no language of CaLMQA{(NearestName.Find(name, All.Select(language => language.Name)) is { } nearest ? $"; did you mean {nearest}?" : $"; it has {string.Join(", ", All.Select(language => language.Name))}")}");

    /// <summary>The language of a name, or null if it is none of the 23.</summary>
    /// <param name="name">An English name or an ISO 639-3 code; case does not matter.</param>
    public static CalmqaLanguage? TryFind(string name) =>
        All.FirstOrDefault(language => language.Name.Equals(name, StringComparison.OrdinalIgnoreCase) || language.Code.Equals(name, StringComparison.OrdinalIgnoreCase));
}
