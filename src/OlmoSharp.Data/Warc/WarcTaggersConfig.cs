using OlmoSharp.Data.Configuration;

namespace OlmoSharp.Data.Warc;

/// <summary>The keys <c>pre</c> and <c>post</c> of Dolma's <c>warc</c>.</summary>
public sealed record WarcTaggersConfig
{
    /// <summary>The taggers.</summary>
    [OneOrMany]
    public IReadOnlyList<string> Taggers { get; init; } = [];

    /// <summary>Whether a document of which they say nothing is left out.</summary>
    public bool Skip { get; init; }
}
