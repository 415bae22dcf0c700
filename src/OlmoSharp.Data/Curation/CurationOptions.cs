using OlmoSharp.Data.Curation.Rules;

namespace OlmoSharp.Data.Curation;

/// <summary>What <see cref="CurationPipeline"/> removes.</summary>
public sealed record CurationOptions
{
    /// <summary>The junk rules, in the order in which they are asked; the first that applies is the reason reported.</summary>
    public IReadOnlyList<IJunkRule> JunkRules { get; init; } =
    [
        new ControlCharactersRule(),
        new ReplacementCharactersRule(),
        new TooShortRule(),
        new TooFewLettersRule(),
        new TooManySymbolsRule(),
        new RepeatedLinesRule(),
        new LongWordRule(),
    ];

    /// <summary>A paragraph with fewer characters (UTF-16 units) is never a duplicate: headings, signatures, short phrases.</summary>
    public int MinParagraphCharacters { get; init; } = 60;

    /// <summary>
    /// How many paragraphs of one template are kept: paragraphs that differ only in numbers and in names of types and members.
    /// </summary>
    public int MaxTemplateCopies { get; init; } = 4;

    /// <summary>How near-duplicate documents are found.</summary>
    public MinHashOptions NearDuplicates { get; init; } = new();

    /// <summary>How many examples of each reason the report keeps for each source.</summary>
    public int ExamplesPerReason { get; init; } = 3;
}
