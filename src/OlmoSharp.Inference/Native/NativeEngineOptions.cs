namespace OlmoSharp.Inference.Native;

/// <summary>How much of the machine a <see cref="NativeEngine"/> takes.</summary>
public sealed record NativeEngineOptions
{
    /// <summary>Threads; 0: one a processor.</summary>
    public int Threads { get; init; }

    /// <summary>Positions that all sequences together have room for, rounded up to whole blocks; null: four contexts of the model, or what half of the memory beside the weights has room for if that is less.</summary>
    public int? Positions { get; init; }

    /// <summary>Bytes of memory that weights and caches together may take; null: what the machine has available.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Whether keys and values are kept in half precision, not float32: half the memory, and less to read in long texts, for a rounding of 11 bits.</summary>
    public bool HalfPrecisionCache { get; init; }
}
