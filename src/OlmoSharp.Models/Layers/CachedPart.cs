namespace OlmoSharp.Models.Layers;

/// <summary>A part of a row of tokens that continues a sequence.</summary>
/// <param name="Cache">The sequence's earlier positions, which the part's are added to.</param>
/// <param name="Length">Tokens of the part.</param>
public readonly record struct CachedPart(KeyValueCache Cache, int Length);
