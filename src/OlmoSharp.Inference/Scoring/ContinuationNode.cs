namespace OlmoSharp.Inference.Scoring;

/// <summary>A run of tokens that some pairs have in common, after what its parents have.</summary>
/// <param name="path">A pair's tokens, context and continuation.</param>
/// <param name="start">The place of its first token.</param>
/// <param name="end">The place after its last token.</param>
internal sealed class ContinuationNode(int[] path, int start, int end)
{
    /// <summary>Its tokens.</summary>
    public ReadOnlyMemory<int> Tokens => path.AsMemory(Start, end - Start);

    /// <summary>All tokens up to its end, its parents' before its own.</summary>
    public ReadOnlyMemory<int> Path => path.AsMemory(0, end);

    /// <summary>The place of its first token.</summary>
    public int Start { get; private set; } = start;

    /// <summary>The place after its last token.</summary>
    public int End => end;

    /// <summary>The longest path through it.</summary>
    public int Peak { get; set; }

    /// <summary>What it is part of; null at the root.</summary>
    public ContinuationNode? Parent { get; set; }

    /// <summary>What follows it.</summary>
    public List<ContinuationNode> Children { get; } = [];

    /// <summary>What is asked for after its tokens, in the order of the places.</summary>
    public List<ScoredToken> Asked { get; } = [];

    /// <summary>Begins it later; what was before that place becomes its parent.</summary>
    /// <returns>The new parent.</returns>
    public ContinuationNode Split(int place)
    {
        var first = new ContinuationNode(path, Start, place) { Parent = Parent, Children = { this } };
        // Children come in order, and the one that is split is the last.
        Parent!.Children[^1] = first;
        Parent = first;
        Start = place;
        return first;
    }
}
