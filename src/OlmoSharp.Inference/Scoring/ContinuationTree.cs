using OlmoSharp.Models;

namespace OlmoSharp.Inference.Scoring;

/// <summary>The tokens of many pairs as a tree: each distinct beginning is there once. The last token of a pair is not in it, because nothing is asked for after it.</summary>
internal sealed class ContinuationTree
{
    private ContinuationTree(ContinuationNode root, IReadOnlyList<ContinuationPair> pairs)
    {
        (Root, Lengths, Tops) = (root, [.. pairs.Select(pair => pair.Continuation.Count)], [.. pairs.Select(pair => pair.Top)]);
    }

    /// <summary>Before the first token.</summary>
    public ContinuationNode Root { get; }

    /// <summary>Tokens of each pair's continuation.</summary>
    public IReadOnlyList<int> Lengths { get; }

    /// <summary>How many of the most probable tokens each pair asks for.</summary>
    public IReadOnlyList<int> Tops { get; }

    /// <summary>Tokens that all pairs would take alone.</summary>
    public long TokensAsked { get; private init; }

    /// <summary>Tokens in the tree.</summary>
    public long Tokens { get; private set; }

    /// <summary>Makes the tree.</summary>
    /// <exception cref="InferenceException">A pair cannot be scored; it is named by its number.</exception>
    public static ContinuationTree Build(IReadOnlyList<ContinuationPair> pairs, ModelConfig config)
    {
        var paths = pairs.Select((pair, number) => PathOf(pair, number, config)).ToArray();
        var order = Enumerable.Range(0, paths.Length).ToArray();
        Array.Sort(order, (a, b) => Computed(paths[a]).SequenceCompareTo(Computed(paths[b])));
        var root = new ContinuationNode([], 0, 0);
        var tree = new ContinuationTree(root, pairs) { TokensAsked = paths.Sum(path => path.Length - 1L) };
        var leaves = new ContinuationNode[paths.Length];
        var last = root;
        int[] previous = [];
        foreach (var pair in order)
        {
            // Sorted, so that what a pair has in common with any before it, it has in common with the last.
            var common = Computed(paths[pair]).CommonPrefixLength(Computed(previous));
            last = Insert(last, paths[pair], common);
            leaves[pair] = last;
            previous = paths[pair];
            tree.Tokens += previous.Length - 1 - common;
        }

        for (var pair = 0; pair < paths.Length; pair++)
        {
            Ask(leaves[pair], paths[pair], pair, pairs[pair].Context.Count);
        }

        Finish(root);
        return tree;
    }

    private static ReadOnlySpan<int> Computed(int[] path) => path.AsSpan(0, Math.Max(0, path.Length - 1));

    private static int[] PathOf(ContinuationPair pair, int number, ModelConfig config)
    {
        if (pair.Context.Count == 0 || pair.Continuation.Count == 0)
        {
            throw new InferenceException($"pair {number} has {pair.Context.Count} tokens of context and {pair.Continuation.Count} of continuation, but must have one at least of each");
        }

        int[] path = [.. pair.Context, .. pair.Continuation];
        if (path.Length - 1 > config.ContextLength)
        {
            throw new InferenceException(
                $"pair {number} has {path.Length} tokens, of which the model must see all but the last, but its context is {config.ContextLength}; shorten the context");
        }

        var foreign = Array.FindIndex(path, token => (uint)token >= (uint)config.VocabularySize);
        return foreign < 0
            ? path
            : throw new InferenceException($"pair {number}: token {path[foreign]} is none of the model's: it has 0 to {config.VocabularySize - 1}; is the tokenizer another model's?");
    }

    private static ContinuationNode Insert(ContinuationNode last, int[] path, int common)
    {
        while (last.Start >= common && last.Parent is { } parent)
        {
            last = parent;
        }

        if (common < last.End)
        {
            last = last.Split(common);
        }

        if (common == path.Length - 1)
        {
            return last;
        }

        var node = new ContinuationNode(path, common, path.Length - 1) { Parent = last };
        last.Children.Add(node);
        return node;
    }

    private static void Ask(ContinuationNode leaf, int[] path, int pair, int context)
    {
        var node = leaf;
        for (var place = path.Length - 2; place >= context - 1; place--)
        {
            while (place < node.Start)
            {
                node = node.Parent!;
            }

            node.Asked.Add(new(place, pair, place + 1 - context, path[place + 1]));
        }
    }

    /// <summary>Puts questions in order and finds the longest paths, children first and without recursion, since paths may be long.</summary>
    private static void Finish(ContinuationNode root)
    {
        List<ContinuationNode> nodes = [root];
        for (var i = 0; i < nodes.Count; i++)
        {
            nodes.AddRange(nodes[i].Children);
        }

        for (var i = nodes.Count - 1; i >= 0; i--)
        {
            var node = nodes[i];
            node.Peak = Math.Max(node.Peak, node.End);
            if (node.Parent is { } parent)
            {
                parent.Peak = Math.Max(parent.Peak, node.Peak);
            }

            node.Asked.Sort((a, b) => a.Place.CompareTo(b.Place));
        }
    }
}
