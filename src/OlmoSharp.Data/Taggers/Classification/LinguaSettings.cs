using OlmoSharp.Data.Configuration;

namespace OlmoSharp.Data.Taggers.Classification;

/// <summary>The parameters of the taggers that ask the Lingua library whether a text is English.</summary>
public record LinguaSettings
{
    /// <summary>The languages to choose from, by their ISO 639-1 codes, at least two; none: all that Lingua knows. Fewer are faster, smaller and surer.</summary>
    [OneOrMany]
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>Whether only three characters in a row are looked at: faster and smaller, as sure for long texts, not for short ones.</summary>
    public bool LowAccuracy { get; init; }
}
