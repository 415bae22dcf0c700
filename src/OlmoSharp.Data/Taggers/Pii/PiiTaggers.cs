namespace OlmoSharp.Data.Taggers.Pii;

/// <summary>The taggers of personal data.</summary>
internal static class PiiTaggers
{
    private static readonly TaggerThreshold[] Replaced =
    [
        new("EMAIL_ADDRESS", "any: replaced by |||EMAIL_ADDRESS|||", "Dolma 1.5 and 1.6"),
        new("PHONE_NUMBER", "any: replaced by |||PHONE_NUMBER|||", "Dolma 1.5 and 1.6"),
        new("IP_ADDRESS", "any: replaced by |||IP_ADDRESS|||", "Dolma 1.5 and 1.6"),
    ];

    private static readonly TaggerThreshold[] Counted = [.. Replaced, new("doc_count", "> 5", "Dolma 1.5 and 1.6")];

    public static IEnumerable<TaggerDescription> All =>
    [
        TaggerDescription.Of("pii_regex_v1", "email addresses, telephone numbers and IPv4 addresses, and their count for each word", () => new PiiRegexTagger(withCount: false)) with { Thresholds = Replaced },
        TaggerDescription.Of("pii_regex_v2", "as pii_regex_v1", () => new PiiRegexTagger(withCount: false)) with { Thresholds = Replaced },
        TaggerDescription.Of("pii_regex_with_counts_v2", "as pii_regex_v1, and their count", () => new PiiRegexTagger(withCount: true)) with { Thresholds = Counted },
        TaggerDescription.Of("pii_regex_with_counts_fast_v2", "the same of each paragraph without a look around, their count, and the part of the text that they cover", () => new PiiCountTagger()) with { Thresholds = Counted },
    ];
}
