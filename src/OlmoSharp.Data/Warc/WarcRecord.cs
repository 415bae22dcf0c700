namespace OlmoSharp.Data.Warc;

/// <summary>A record of a WARC file.</summary>
/// <param name="Number">Its place in the file, from 1.</param>
/// <param name="Offset">Where it begins, in bytes of the uncompressed file.</param>
/// <param name="Headers">Its headers, by names in any case.</param>
/// <param name="Content">Its content; empty where it was not asked for.</param>
internal sealed record WarcRecord(long Number, long Offset, IReadOnlyDictionary<string, string> Headers, byte[] Content)
{
    /// <summary>What it is, such as <c>response</c>.</summary>
    public string Type => Headers.GetValueOrDefault("WARC-Type", "");
}
