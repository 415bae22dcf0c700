using System.ComponentModel.DataAnnotations;

namespace OlmoSharp.Data.Tokens.Config;

/// <summary>The section <c>fill_in_the_middle</c>: how documents are rewritten (Bavarian et al., arXiv:2207.14255; tokens as StarCoder names them).</summary>
public sealed record FillInTheMiddleConfig
{
    /// <summary>The share of documents that are rewritten.</summary>
    [Range(0.0, 1.0)]
    public double Rate { get; init; } = 0.5;

    /// <summary>The share of those in which the suffix comes first (SPM): suffix, then prefix and middle in one piece. In the others (PSM) come prefix, suffix, middle.</summary>
    [Range(0.0, 1.0)]
    public double SpmRate { get; init; } = 0.5;

    /// <summary>The special token before the prefix.</summary>
    public string PrefixToken { get; init; } = "<|fim_prefix|>";

    /// <summary>The special token before the middle.</summary>
    public string MiddleToken { get; init; } = "<|fim_middle|>";

    /// <summary>The special token before the suffix.</summary>
    public string SuffixToken { get; init; } = "<|fim_suffix|>";
}
