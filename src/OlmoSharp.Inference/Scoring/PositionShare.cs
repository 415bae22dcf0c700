namespace OlmoSharp.Inference.Scoring;

/// <summary>Positions set aside for a line, and for as long as lines that go on from its path are alive: they hold parts of it.</summary>
/// <param name="positions">How many.</param>
/// <param name="parent">The share of the line whose path this one goes on from; null: none.</param>
internal sealed class PositionShare(int positions, PositionShare? parent)
{
    private int _holders = 1;

    /// <summary>Counts a line that goes on from here.</summary>
    public void Hold() => _holders++;

    /// <summary>Counts one holder less.</summary>
    /// <returns>Positions that nobody needs any more.</returns>
    public int Release() => --_holders > 0 ? 0 : positions + (parent?.Release() ?? 0);
}
