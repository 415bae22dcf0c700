namespace OlmoSharp.Data.Taggers.Quality;

/// <summary>The parameters of the C4 taggers.</summary>
public sealed record C4Parameters
{
    /// <summary>A file with a naughty word or phrase on each line; none: <c>has_naughty_word</c> is never said.</summary>
    [TaggerFile]
    public string? NaughtyWords { get; init; }
}
