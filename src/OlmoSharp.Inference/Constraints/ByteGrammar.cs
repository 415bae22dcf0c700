namespace OlmoSharp.Inference.Constraints;

/// <summary>
/// Reads bytes by a grammar. The states are made when first reached and kept, so that what follows a byte is one look-up from the second time on. For one thread at a time.
/// </summary>
internal sealed class ByteGrammar
{
    private readonly GrammarEdge[][] _nodes;
    private readonly GrammarRule[] _rules;
    private readonly bool[] _isEnd;
    private readonly bool[] _isTail;
    private readonly Dictionary<(int Node, int Parent), int> _frameNumbers = [];
    private readonly List<(int Node, int Parent)> _frames = [];
    private readonly Dictionary<StateKey, GrammarState> _states = [];
    private readonly HashSet<(int Node, int Frame)> _seen = [];
    private readonly Stack<(int Node, int Frame)> _open = new();
    private readonly List<long> _readers = [];

    /// <summary>Creates a reader; see <see cref="GrammarBuilder.Build"/>.</summary>
    public ByteGrammar(GrammarEdge[][] nodes, GrammarRule[] rules, GrammarRule root)
    {
        (_nodes, _rules) = (nodes, rules);
        _isEnd = new bool[nodes.Length];
        foreach (var rule in rules)
        {
            _isEnd[rule.End] = true;
        }

        // A call that is the last thing of a rule need not come back to it: so a list of any length takes no room.
        _isTail = [.. nodes.Select((_, node) => LeadsOnlyToEnd(node))];
        _open.Push((root.Start, -1));
        Start = Close();
    }

    /// <summary>Before the first byte.</summary>
    public GrammarState Start { get; }

    /// <summary>States made so far.</summary>
    public IReadOnlyCollection<GrammarState> States => _states.Values;

    /// <summary>The state after one more byte; null where the byte does not fit.</summary>
    public GrammarState? Next(GrammarState state, byte value)
    {
        if (state.Next[value] is { } known)
        {
            return known == GrammarState.Dead ? null : known;
        }

        foreach (var reader in state.Readers)
        {
            var (node, frame) = ((int)(reader >> 32), (int)reader);
            foreach (var edge in _nodes[node])
            {
                if (edge.Kind == GrammarEdgeKind.Byte && edge.Low <= value && value <= edge.High)
                {
                    _open.Push((edge.To, frame));
                }
            }
        }

        var next = _open.Count == 0 ? GrammarState.Dead : Close();
        state.Next[value] = next;
        return next == GrammarState.Dead ? null : next;
    }

    /// <summary>The state of all places that the open ones lead to without reading.</summary>
    private GrammarState Close()
    {
        var isComplete = false;
        _seen.Clear();
        _readers.Clear();
        while (_open.TryPop(out var place))
        {
            if (!_seen.Add(place))
            {
                continue;
            }

            var (node, frame) = place;
            if (_isEnd[node])
            {
                if (frame < 0)
                {
                    isComplete = true;
                }
                else
                {
                    _open.Push(_frames[frame]);
                }
            }

            var reads = false;
            foreach (var edge in _nodes[node])
            {
                switch (edge.Kind)
                {
                    case GrammarEdgeKind.Nothing:
                        _open.Push((edge.To, frame));
                        break;
                    case GrammarEdgeKind.Call:
                        _open.Push((_rules[edge.Rule].Start, _isTail[edge.To] ? frame : Frame(edge.To, frame)));
                        break;
                    default:
                        reads = true;
                        break;
                }
            }

            if (reads)
            {
                _readers.Add(((long)node << 32) | (uint)frame);
            }
        }

        _readers.Sort();
        var key = new StateKey([.. _readers], isComplete);
        if (!_states.TryGetValue(key, out var state))
        {
            _states.Add(key, state = new(key.Readers, isComplete));
        }

        return state;
    }

    private int Frame(int node, int parent)
    {
        if (!_frameNumbers.TryGetValue((node, parent), out var number))
        {
            _frameNumbers.Add((node, parent), number = _frames.Count);
            _frames.Add((node, parent));
        }

        return number;
    }

    private bool LeadsOnlyToEnd(int node)
    {
        for (var steps = 0; !_isEnd[node]; steps++)
        {
            if (steps > 8 || _nodes[node] is not [{ Kind: GrammarEdgeKind.Nothing } only])
            {
                return false;
            }

            node = only.To;
        }

        return _nodes[node].Length == 0;
    }

    private readonly struct StateKey(long[] readers, bool isComplete) : IEquatable<StateKey>
    {
        public long[] Readers => readers;

        private bool IsComplete => isComplete;

        public bool Equals(StateKey other) => isComplete == other.IsComplete && readers.AsSpan().SequenceEqual(other.Readers);

        public override bool Equals(object? obj) => obj is StateKey other && Equals(other);

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            hash.Add(isComplete);
            foreach (var reader in readers)
            {
                hash.Add(reader);
            }

            return hash.ToHashCode();
        }
    }
}
