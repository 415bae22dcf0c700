namespace OlmoSharp.Data.Mixing;

/// <summary>What became of a stream.</summary>
/// <param name="Name">The stream's name.</param>
/// <param name="Documents">Documents read.</param>
/// <param name="Written">Documents written; more than were read where copies were asked for.</param>
/// <param name="TextBytes">Bytes of UTF-8 text written.</param>
/// <param name="Sampled">Documents that were not of the sample.</param>
/// <param name="NotIncluded">Documents that no include matched.</param>
/// <param name="Excluded">Documents that an exclude matched.</param>
/// <param name="TooShort">Documents whose text was too short.</param>
/// <param name="Replaced">Parts of texts that were replaced, in all copies.</param>
public sealed record MixStreamResult(string Name, long Documents, long Written, long TextBytes, long Sampled, long NotIncluded, long Excluded, long TooShort, long Replaced)
{
    /// <summary>The exclude filters in the order of the config, each with the documents that it matched and no filter before it.</summary>
    public IReadOnlyList<(string Filter, long Documents)> ExcludedBy { get; init; } = [];
}
