using OlmoSharp.Evaluation.Runs;

namespace OlmoSharp.Evaluation.Perplexity;

/// <summary>Perplexities of a set of texts: of a source, of a subdomain, or of all.</summary>
public sealed record PerplexityGroup
{
    /// <summary>What it is called.</summary>
    public required string Name { get; init; }

    /// <summary>How many texts it has, whatever became of them.</summary>
    public required int Documents { get; init; }

    /// <summary>How many of them have no token. They add nothing.</summary>
    public required int Empty { get; init; }

    /// <summary>How many of them have no answer. They are left out.</summary>
    public required int Failures { get; init; }

    /// <summary>Tokens that were predicted.</summary>
    public required long Tokens { get; init; }

    /// <summary>Words of those texts.</summary>
    public required long Words { get; init; }

    /// <summary>Characters of those texts.</summary>
    public required long Characters { get; init; }

    /// <summary>Bytes of those texts.</summary>
    public required long Bytes { get; init; }

    /// <summary><c>ppl_token</c>, <c>ppl_char</c>, <c>ppl_word</c>, <c>ppl_byte</c> and <c>bits_per_byte</c>, each a ratio of sums over the texts. Empty where no text was scored.</summary>
    public required IReadOnlyDictionary<string, MetricScore> Metrics { get; init; }

    /// <summary>What of the texts is in training data; null where that was not looked at.</summary>
    public OverlapCounts? Overlap { get; init; }

    /// <summary>The same metrics without the texts of which a paragraph is in training data; null where that was not looked at.</summary>
    public IReadOnlyDictionary<string, MetricScore>? CleanMetrics { get; init; }

    /// <summary>Sums up texts.</summary>
    internal static PerplexityGroup Of(string name, IReadOnlyList<InstanceScore> texts)
    {
        List<InstanceScore> scored = [.. texts.Where(CorpusLikelihood.IsScored)];
        var overlap = OverlapCounts.Of(texts);
        return new()
        {
            Name = name,
            Documents = texts.Count,
            Empty = texts.Count(text => text.Failure is null) - scored.Count,
            Failures = texts.Count(text => text.Failure is not null),
            Tokens = Sum(CorpusLikelihood.Tokens),
            Words = Sum(CorpusLikelihood.Words),
            Characters = Sum(CorpusLikelihood.Characters),
            Bytes = Sum(CorpusLikelihood.Bytes),
            Metrics = CorpusLikelihood.Of(scored),
            Overlap = overlap,
            CleanMetrics = overlap is null ? null : CorpusLikelihood.Of(scored.Where(text => text.Overlap is not { Found: > 0 })),
        };

        long Sum(string unit) => scored.Sum(text => (long)text.Metrics[unit]);
    }
}
