namespace OlmoSharp.Data.Taggers.Secrets;

/// <summary>A secret in a text.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Its first byte.</param>
/// <param name="End">The byte after its last.</param>
internal readonly record struct SecretMatch(SecretKind Kind, int Start, int End);
