namespace OlmoSharp.Inference.Constraints;

/// <summary>A rule of a grammar.</summary>
/// <param name="Number">Its place among the rules.</param>
/// <param name="Name">What errors call it.</param>
/// <param name="Start">The node where it begins.</param>
/// <param name="End">The node where it ends.</param>
internal sealed record GrammarRule(int Number, string Name, int Start, int End);
