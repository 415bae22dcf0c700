using OlmoSharp.Data.Deduplication.Config;

namespace OlmoSharp.Data.Deduplication.Bloom;

/// <summary>The filter that a dedupe works with, as it stands before the job.</summary>
internal sealed class DedupeFilter
{
    private readonly Dictionary<UInt128, UInt128> _jobs = [];

    private DedupeFilter(BloomFilterConfig config, BloomParameters parameters, BloomFilterHeader? header)
    {
        (Path, IsReadOnly, Rate, Parameters, Header) = (config.File, config.ReadOnly, config.DesiredFalsePositiveRate, parameters, header);
        foreach (var contribution in header?.Contributions ?? [])
        {
            _jobs[contribution.Content] = contribution.Job;
        }
    }

    public string Path { get; }

    public bool IsReadOnly { get; }

    /// <summary>The highest false-positive rate allowed; 0: any.</summary>
    public double Rate { get; }

    public BloomParameters Parameters { get; }

    /// <summary>What the file says; null: there is no file yet.</summary>
    public BloomFilterHeader? Header { get; }

    /// <summary>Names what the filter holds.</summary>
    public string Identity => $"{Parameters} {Header?.Identity}";

    /// <summary>The job that added the keys of a document file, or null.</summary>
    public UInt128? JobOf(UInt128 content) => !IsReadOnly && _jobs.TryGetValue(content, out var job) ? job : null;

    /// <summary>Reads the header of the filter's file, if there is one.</summary>
    /// <exception cref="DataException">The file has other parameters than the config, is no filter, or is damaged.</exception>
    public static DedupeFilter Open(BloomFilterConfig config)
    {
        var wanted = config.Parameters;
        if (!File.Exists(config.File))
        {
            return config.ReadOnly
                ? throw new DataException($"{config.File}: there is no such Bloom filter, and with bloom_filter.read_only it must be there. Make it first, or correct the path.")
                : new DedupeFilter(config, wanted ?? throw new DataException(
                    $"{config.File}: there is no such Bloom filter yet, so its size must be given: bloom_filter.size_in_bytes, or both estimated_doc_count and desired_false_positive_rate."), null);
        }

        var header = BloomFilterHeader.Read(config.File);
        return wanted is null || wanted == header.Parameters
            ? new DedupeFilter(config, header.Parameters, header)
            : throw new DataException(
                $"{config.File}: the Bloom filter has {header.Parameters}, but the config asks for {wanted}. "
                + "Remove size_in_bytes, estimated_doc_count, desired_false_positive_rate and seed from bloom_filter to use the file as it is, or name another file.");
    }
}
