using System.ComponentModel.DataAnnotations;
using OlmoSharp.Data.Configuration;

namespace OlmoSharp.Data.Taggers.Urls;

/// <summary>The parameters of the taggers of lists of URLs.</summary>
public sealed record UrlListParameters
{
    /// <summary>The lists: files of hosts, URLs, hosts files or Adblock Plus rules, plain or compressed (<c>.gz</c>, <c>.zst</c>).</summary>
    [TaggerFile]
    [OneOrMany]
    [MinLength(1)]
    public required IReadOnlyList<string> Lists { get; init; }

    /// <summary>Lists of exceptions, in the same formats: what they name is never found.</summary>
    [TaggerFile]
    [OneOrMany]
    public IReadOnlyList<string> Allow { get; init; } = [];

    /// <summary>
    /// Whether a host in a list stands for its subdomains too; none: only where the line says so (<c>.host</c>, <c>*.host</c>, <c>||host^</c>), and in lists of what is allowed. Not for links.
    /// </summary>
    public bool? Subdomains { get; init; }

    /// <summary>Whether lines that are not understood, such as Adblock Plus rules for parts of URLs, are left out instead of being an error.</summary>
    public bool SkipUnknown { get; init; }
}
