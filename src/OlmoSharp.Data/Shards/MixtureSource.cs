namespace OlmoSharp.Data.Shards;

/// <summary>A named source of a training mixture.</summary>
/// <param name="Name">Its name, unique in the mixture; it also seeds the order within the source.</param>
/// <param name="Shards">Its tokens. The caller disposes them.</param>
/// <param name="Repetition">How often it is seen in one epoch of the mixture: above 1 upsamples, below 1 takes a part.</param>
public sealed record MixtureSource(string Name, TokenShardSet Shards, double Repetition = 1);
