namespace OlmoSharp.Data.Mixing;

/// <summary>What becomes of the order of documents and the division into files.</summary>
public enum MixShuffle
{
    /// <summary>Each input file becomes an output file of the same name; nothing moves.</summary>
    False,

    /// <summary>Input files are joined to output files by size, in order. (Dolma's name for it; nothing is shuffled.)</summary>
    True,

    /// <summary>The documents of all streams that share an output come in a random order, each order as likely as any other.</summary>
    Exact,
}
