namespace OlmoSharp.Data.Taggers;

/// <summary>A parameter of a tagger.</summary>
/// <param name="Key">Its key in a config.</param>
/// <param name="IsRequired">Whether it must be given.</param>
public sealed record TaggerParameter(string Key, bool IsRequired);
