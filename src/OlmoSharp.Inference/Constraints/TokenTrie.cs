using OlmoSharp.Tokenization;

namespace OlmoSharp.Inference.Constraints;

/// <summary>The bytes of all tokens as a tree, so that tokens with the same beginning are read together. Special tokens are no text and not in it.</summary>
internal sealed class TokenTrie
{
    private readonly Node[] _nodes;
    private readonly int[] _nextOfSameBytes;

    /// <summary>Builds the tree of a tokenizer.</summary>
    public TokenTrie(Tokenizer tokenizer)
    {
        VocabularySize = tokenizer.VocabularySize;
        _nextOfSameBytes = new int[VocabularySize];
        var ids = Enumerable.Range(0, VocabularySize).Where(id => IsText(tokenizer, id)).ToArray();
        Array.Sort(ids, (a, b) => tokenizer.TokenBytes(a).SequenceCompareTo(tokenizer.TokenBytes(b)));

        // In sorted order a node's subtree is one stretch, which a walk can jump over.
        List<Node> nodes = [];
        Stack<int> path = new();
        byte[] before = [];
        foreach (var id in ids)
        {
            var bytes = tokenizer.TokenBytes(id);
            var shared = bytes.CommonPrefixLength(before);
            while (path.Count > shared)
            {
                Leave();
            }

            for (var depth = shared; depth < bytes.Length; depth++)
            {
                path.Push(nodes.Count);
                nodes.Add(new Node { Value = bytes[depth], Depth = depth, Token = -1 });
            }

            var last = nodes[path.Peek()];
            _nextOfSameBytes[id] = last.Token;
            nodes[path.Peek()] = last with { Token = id };
            before = bytes.ToArray();
        }

        while (path.Count > 0)
        {
            Leave();
        }

        _nodes = [.. nodes];
        Depth = nodes.Select(node => node.Depth + 1).DefaultIfEmpty(0).Max();

        void Leave()
        {
            var node = path.Pop();
            nodes[node] = nodes[node] with { End = nodes.Count };
        }
    }

    /// <summary>Ids there are.</summary>
    public int VocabularySize { get; }

    /// <summary>Bytes of the longest token.</summary>
    private int Depth { get; }

    /// <summary>A bit for every token whose bytes a grammar can read from a state.</summary>
    public ulong[] Allowed(ByteGrammar grammar, GrammarState state)
    {
        var allowed = new ulong[(VocabularySize + 63) / 64];
        var states = new GrammarState[Depth + 1];
        states[0] = state;
        for (var i = 0; i < _nodes.Length;)
        {
            ref readonly var node = ref _nodes[i];
            if (grammar.Next(states[node.Depth], node.Value) is not { } next)
            {
                i = node.End;
                continue;
            }

            states[node.Depth + 1] = next;
            for (var id = node.Token; id >= 0; id = _nextOfSameBytes[id])
            {
                allowed[id / 64] |= 1UL << id;
            }

            i++;
        }

        return allowed;
    }

    private static bool IsText(Tokenizer tokenizer, int id)
    {
        try
        {
            return !tokenizer.IsSpecial(id) && tokenizer.TokenBytes(id).Length > 0;
        }
        catch (ArgumentOutOfRangeException)
        {
            // An id that the vocabulary leaves out.
            return false;
        }
    }

    private readonly record struct Node
    {
        public byte Value { get; init; }

        public int Depth { get; init; }

        /// <summary>A token of these bytes; −1: none.</summary>
        public int Token { get; init; }

        /// <summary>The node after all that begin with these bytes.</summary>
        public int End { get; init; }
    }
}
