using OlmoSharp.Data.Configuration;
using OlmoSharp.Data.Filters;

namespace OlmoSharp.Data.Mixing;

/// <summary>Which documents stay: those that any include matches, or all where there is none, and no exclude.</summary>
public sealed record MixFilterConfig
{
    /// <summary>Queries of which one must match.</summary>
    [OneOrMany]
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>Queries of which none may match.</summary>
    [OneOrMany]
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>The queries' language.</summary>
    public FilterSyntax Syntax { get; init; } = FilterSyntax.Jsonpath;
}
