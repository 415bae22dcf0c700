namespace OlmoSharp.Inference.Constraints;

/// <summary>What an edge of a grammar reads.</summary>
internal enum GrammarEdgeKind : byte
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>One byte of a range.</summary>
    Byte,

    /// <summary>What a rule describes.</summary>
    Call,
}
