using System.Runtime.CompilerServices;

namespace OlmoSharp.Inference.Constraints;

/// <summary>
/// Builds a grammar over bytes as a recursive transition network: every rule is a graph from a start to an end, whose edges read a byte of a range, read nothing, or read what another
/// rule describes.
/// </summary>
internal sealed class GrammarBuilder
{
    // About 100 MB.
    private const int MostNodes = 500_000;

    private readonly List<List<GrammarEdge>> _nodes = [];
    private readonly List<GrammarRule> _rules = [];

    /// <summary>Nodes so far.</summary>
    public int Nodes => _nodes.Count;

    /// <summary>Adds a node.</summary>
    /// <exception cref="InferenceException">The grammar is too large.</exception>
    public int NewNode()
    {
        if (_nodes.Count == MostNodes)
        {
            throw new InferenceException($"the grammar takes more than {MostNodes} nodes; make its repetitions or its lists shorter");
        }

        _nodes.Add([]);
        return _nodes.Count - 1;
    }

    /// <summary>Adds a rule that describes nothing yet.</summary>
    /// <param name="name">What errors call it.</param>
    /// <returns>Its number, and the nodes between which its description belongs.</returns>
    public GrammarRule NewRule(string name)
    {
        var rule = new GrammarRule(_rules.Count, name, NewNode(), NewNode());
        _rules.Add(rule);
        return rule;
    }

    /// <summary>Lets nothing lead from one node to another.</summary>
    public void Skip(int from, int to) => _nodes[from].Add(GrammarEdge.Nothing(to));

    /// <summary>Lets a byte of a range lead from one node to another.</summary>
    public void Byte(int from, byte low, byte high, int to) => _nodes[from].Add(GrammarEdge.Byte(low, high, to));

    /// <summary>Lets what a rule describes lead from one node to another.</summary>
    public void Call(int from, GrammarRule rule, int to) => _nodes[from].Add(GrammarEdge.Call(rule.Number, to));

    /// <summary>Lets bytes one after another lead from one node to another.</summary>
    public void Literal(int from, ReadOnlySpan<byte> bytes, int to)
    {
        foreach (var value in bytes)
        {
            var next = NewNode();
            Byte(from, value, value, next);
            from = next;
        }

        Skip(from, to);
    }

    /// <summary>Lets any character of a range of code points lead from one node to another.</summary>
    public void Character(int from, int low, int high, int to)
    {
        foreach (var sequence in Utf8Sequences.Of(low, high))
        {
            var node = from;
            for (var i = 0; i < sequence.Length; i++)
            {
                var next = i == sequence.Length - 1 ? to : NewNode();
                Byte(node, sequence[i].Low, sequence[i].High, next);
                node = next;
            }
        }
    }

    /// <summary>Refuses to go deeper where the thread's stack is nearly full, which would end the process.</summary>
    /// <exception cref="InferenceException">The grammar is nested too deeply.</exception>
    public static void RequireStack()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new InferenceException("the grammar is nested too deeply; let fewer rules or groups be within one another");
        }
    }

    /// <summary>Finishes the grammar: what can never come to an end is cut off.</summary>
    /// <param name="root">The rule that describes the whole text.</param>
    /// <exception cref="InferenceException">No text fits, or a rule begins with itself.</exception>
    public ByteGrammar Build(GrammarRule root)
    {
        var finite = Rules(edge => edge.Kind != GrammarEdgeKind.Call);
        if (!finite[root.Number])
        {
            throw new InferenceException($"{root.Name}: no finite text fits; every way leads through '{Endless(finite)}' without end");
        }

        CutDeadEnds(finite);
        var nullable = Rules(edge => edge.Kind == GrammarEdgeKind.Nothing);
        RefuseLeftRecursion(nullable);
        return new ByteGrammar([.. _nodes.Select(edges => edges.ToArray())], [.. _rules], root);
    }

    /// <summary>Which rules can be passed through by edges that a condition admits, and by calls of such rules.</summary>
    private bool[] Rules(Func<GrammarEdge, bool> admits)
    {
        var passable = new bool[_rules.Count];
        var reached = new bool[_nodes.Count];
        // Where to go on, and in which rule, once a rule turns out to be passable: every edge is looked at once.
        var waiting = new List<(GrammarRule Rule, int Node)>?[_rules.Count];
        Stack<(GrammarRule Rule, int Node)> open = new(_rules.Select(rule => (rule, rule.Start)));
        while (open.TryPop(out var at))
        {
            if (reached[at.Node])
            {
                continue;
            }

            reached[at.Node] = true;
            if (at.Node == at.Rule.End)
            {
                passable[at.Rule.Number] = true;
                waiting[at.Rule.Number]?.ForEach(open.Push);
            }

            foreach (var edge in _nodes[at.Node])
            {
                if (admits(edge) || (edge.Kind == GrammarEdgeKind.Call && passable[edge.Rule]))
                {
                    open.Push((at.Rule, edge.To));
                }
                else if (edge.Kind == GrammarEdgeKind.Call)
                {
                    (waiting[edge.Rule] ??= []).Add((at.Rule, edge.To));
                }
            }
        }

        return passable;
    }

    private HashSet<int> Reach(int start, Func<GrammarEdge, bool> admits)
    {
        HashSet<int> reached = [start];
        Stack<int> open = new([start]);
        while (open.TryPop(out var node))
        {
            foreach (var edge in _nodes[node])
            {
                if (admits(edge) && reached.Add(edge.To))
                {
                    open.Push(edge.To);
                }
            }
        }

        return reached;
    }

    private string Endless(bool[] finite) => _rules.Last(rule => !finite[rule.Number]).Name;

    private void CutDeadEnds(bool[] finite)
    {
        var sources = new List<int>[_nodes.Count];
        for (var node = 0; node < _nodes.Count; node++)
        {
            _nodes[node].RemoveAll(edge => edge.Kind == GrammarEdgeKind.Call && !finite[edge.Rule]);
            foreach (var edge in _nodes[node])
            {
                (sources[edge.To] ??= []).Add(node);
            }
        }

        var live = new bool[_nodes.Count];
        Stack<int> open = new(_rules.Select(rule => rule.End));
        while (open.TryPop(out var node))
        {
            if (!live[node])
            {
                live[node] = true;
                sources[node]?.ForEach(open.Push);
            }
        }

        _nodes.ForEach(edges => edges.RemoveAll(edge => !live[edge.To]));
    }

    private void RefuseLeftRecursion(bool[] nullable)
    {
        var first = _rules.Select(rule => Reach(rule.Start, edge => edge.Kind == GrammarEdgeKind.Nothing || (edge.Kind == GrammarEdgeKind.Call && nullable[edge.Rule]))
            .SelectMany(node => _nodes[node]).Where(edge => edge.Kind == GrammarEdgeKind.Call).Select(edge => edge.Rule).ToHashSet()).ToArray();
        var state = new int[_rules.Count];
        foreach (var rule in _rules)
        {
            Visit(rule.Number);
        }

        void Visit(int rule)
        {
            RequireStack();
            if (state[rule] == 1)
            {
                throw new InferenceException($"{_rules[rule].Name}: it begins with itself, so that reading it would never start; let something come before");
            }

            if (state[rule] == 0)
            {
                state[rule] = 1;
                foreach (var next in first[rule])
                {
                    Visit(next);
                }

                state[rule] = 2;
            }
        }
    }
}
