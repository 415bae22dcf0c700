namespace OlmoSharp.Data.Mixing;

/// <summary>A unit of a mix: pieces that are read one after the other, and the files they become.</summary>
/// <param name="Pieces">The pieces.</param>
/// <param name="Outputs">The files; more than one where a single piece is too large for one.</param>
internal sealed record MixShard(IReadOnlyList<MixPiece> Pieces, IReadOnlyList<string> Outputs);
