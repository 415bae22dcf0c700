namespace OlmoSharp.Inference.Constraints;

/// <summary>How far a text has been read by a grammar.</summary>
/// <param name="readers">Places of the grammar that can read a byte, each with what comes after its rule.</param>
/// <param name="isComplete">Whether the text may end here.</param>
internal sealed class GrammarState(long[] readers, bool isComplete)
{
    /// <summary>Stands for no state.</summary>
    public static readonly GrammarState Dead = new([], false);

    /// <summary>Places that can read a byte.</summary>
    public long[] Readers => readers;

    /// <summary>Whether the text may end here.</summary>
    public bool IsComplete => isComplete;

    /// <summary>Whether nothing may follow.</summary>
    public bool IsLast => readers.Length == 0;

    /// <summary>The state after each byte; null where it was never asked for.</summary>
    public GrammarState?[] Next { get; } = new GrammarState?[256];

    /// <summary>A bit for every token that may follow; null where it was never asked for.</summary>
    public ulong[]? Allowed { get; set; }
}
