namespace OlmoSharp.Data.Classification;

/// <summary>The Huffman tree of labels by which hierarchical softmax decides, built as fastText builds it so that a model's rows mean the same nodes.</summary>
internal sealed class LabelTree
{
    // What stands for the count of a node that is not built yet.
    private const long Unbuilt = 1_000_000_000_000_000;

    private readonly int _labels;
    private readonly Node[] _nodes;

    /// <summary>Builds it.</summary>
    /// <param name="counts">How often each label occurred: from most to least, below 10¹⁵.</param>
    public LabelTree(ReadOnlySpan<long> counts)
    {
        _labels = counts.Length;
        _nodes = new Node[2 * _labels - 1];
        var sums = new long[_nodes.Length];
        Array.Fill(sums, Unbuilt);
        counts.CopyTo(sums);
        var (leaf, inner) = (_labels - 1, _labels);
        for (var node = _labels; node < _nodes.Length; node++)
        {
            var left = Smallest();
            var right = Smallest();
            _nodes[node] = new Node(left, right);
            sums[node] = sums[left] + sums[right];

            int Smallest() => leaf >= 0 && sums[leaf] < sums[inner] ? leaf-- : inner++;
        }
    }

    /// <summary>Whether counts can have a tree.</summary>
    public static bool IsPossible(ReadOnlySpan<long> counts) => !counts.ContainsAnyExceptInRange(0, Unbuilt - 1);

    /// <summary>
    /// The scores as fastText gives them: along the path of a label the product of p + 10⁻⁵; a label below a node whose product is less than 10⁻⁵ has none.
    /// </summary>
    /// <param name="rows">A row for each inner node.</param>
    /// <param name="hidden">The vector of the text.</param>
    /// <param name="scores">A place for each label.</param>
    public void Score(RowMatrix rows, ReadOnlySpan<float> hidden, Span<float> scores)
    {
        scores.Fill(float.NaN);
        var open = new Stack<(int Node, float Log)>();
        open.Push((_nodes.Length - 1, 0));
        var least = MathF.Log(1e-5f);
        while (open.TryPop(out var at))
        {
            if (at.Log < least)
            {
                continue;
            }

            if (at.Node < _labels)
            {
                scores[at.Node] = MathF.Exp(at.Log);
                continue;
            }

            var right = (float)(1 / (1 + Math.Exp(-rows.Dot(at.Node - _labels, hidden))));
            open.Push((_nodes[at.Node].Left, at.Log + Log(1 - right)));
            open.Push((_nodes[at.Node].Right, at.Log + Log(right)));
        }
    }

    private static float Log(float p) => (float)Math.Log(p + 1e-5);

    private readonly record struct Node(int Left, int Right);
}
