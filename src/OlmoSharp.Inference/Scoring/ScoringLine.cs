using OlmoSharp.Inference.Engines;

namespace OlmoSharp.Inference.Scoring;

/// <summary>One sequence that walks through a part of the tree depth first: down into the first child, back by truncation, down into the next.</summary>
/// <param name="sequence">The sequence; it holds the path to the node.</param>
/// <param name="node">Where it begins.</param>
/// <param name="share">The positions that it may take.</param>
internal sealed class ScoringLine(IEngineSequence sequence, ContinuationNode node, PositionShare share)
{
    // The nearest to the root first; no other line goes on from a place nearer to it than this one returns to.
    private readonly List<ContinuationNode> _later = [];
    private int _stolen;

    /// <summary>The sequence.</summary>
    public IEngineSequence Sequence => sequence;

    /// <summary>The positions that it may take.</summary>
    public PositionShare Share => share;

    /// <summary>The node that it is in; null where it is done.</summary>
    public ContinuationNode? Node { get; private set; } = node;

    /// <summary>The next node that another line may take; null: none.</summary>
    public ContinuationNode? Spare => _stolen < _later.Count ? _later[_stolen] : null;

    /// <summary>Leaves <see cref="Spare"/> to another line.</summary>
    public void GiveSpare() => _stolen++;

    /// <summary>Goes on where the node has been walked through.</summary>
    public void Advance()
    {
        while (Node is { } done && sequence.Length == done.End)
        {
            for (var i = done.Children.Count - 1; i >= 0; i--)
            {
                _later.Add(done.Children[i]);
            }

            Node = null;
            if (_later.Count > _stolen)
            {
                Node = _later[^1];
                _later.RemoveAt(_later.Count - 1);
                sequence.Truncate(Node.Start);
            }
        }
    }
}
