namespace OlmoSharp.Data.Taggers.Sampling;

/// <summary>The taggers by which documents are sampled.</summary>
internal static class SamplingTaggers
{
    public static IEnumerable<TaggerDescription> All =>
    [
        TaggerDescription.Of<RandomNumberParameters>(
            "random_number_v1", "a number from 0 to 1 that the document's id and a seed decide", parameters => () => new RandomNumberTagger(parameters.Seed)) with
        {
            Thresholds = [new("random", ">= 0.5105", "Dolma 1.5 sample (Common Crawl, middle)")],
        },
    ];
}
