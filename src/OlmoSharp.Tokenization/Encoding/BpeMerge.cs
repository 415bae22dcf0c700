namespace OlmoSharp.Tokenization;

/// <summary>One merge: where <paramref name="Left"/> stands before <paramref name="Right"/>, <paramref name="Result"/> may take their place.</summary>
internal readonly record struct BpeMerge(int Left, int Right, int Result);
