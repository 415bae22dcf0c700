namespace OlmoSharp.Tokenization;

/// <summary>How far the training of a tokenizer is.</summary>
/// <param name="Texts">The texts counted so far.</param>
/// <param name="Characters">The UTF-16 units in them.</param>
/// <param name="Merges">The merges learned so far; 0 until all texts are counted.</param>
/// <param name="MergesWanted">The merges to learn.</param>
public readonly record struct BpeTrainingProgress(long Texts, long Characters, int Merges, int MergesWanted);
