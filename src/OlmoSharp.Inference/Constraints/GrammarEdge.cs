namespace OlmoSharp.Inference.Constraints;

/// <summary>An edge of a grammar.</summary>
/// <param name="Kind">What it reads.</param>
/// <param name="Low">The least byte.</param>
/// <param name="High">The greatest byte.</param>
/// <param name="Rule">The rule.</param>
/// <param name="To">The node it leads to.</param>
internal readonly record struct GrammarEdge(GrammarEdgeKind Kind, byte Low, byte High, int Rule, int To)
{
    public static GrammarEdge Nothing(int to) => new(GrammarEdgeKind.Nothing, 0, 0, 0, to);

    public static GrammarEdge Byte(byte low, byte high, int to) => new(GrammarEdgeKind.Byte, low, high, 0, to);

    public static GrammarEdge Call(int rule, int to) => new(GrammarEdgeKind.Call, 0, 0, rule, to);
}
