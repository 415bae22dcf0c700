namespace OlmoSharp.Data.Mixing;

/// <summary>Why a document is not in the mix.</summary>
/// <param name="Reason">The rule.</param>
/// <param name="Filter">The query that removed it, if one did.</param>
internal sealed record Removal(string Reason, string? Filter = null)
{
    /// <summary>No include matches.</summary>
    public static Removal Include { get; } = new("include");

    /// <summary>The text is too short.</summary>
    public static Removal Length { get; } = new("min_text_length");

    /// <summary>The sampling rate is less than 1, and the document is of the rest.</summary>
    public static Removal Sample { get; } = new("sample");
}
