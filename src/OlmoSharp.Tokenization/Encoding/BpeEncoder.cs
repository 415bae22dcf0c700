namespace OlmoSharp.Tokenization;

/// <summary>Encodes text that holds no added token: splits it into pre-tokens and merges the bytes of each. Safe for several threads at once.</summary>
internal abstract class BpeEncoder
{
    /// <summary>Which implementation this is.</summary>
    public abstract BpeEncoderKind Kind { get; }

    /// <summary>Appends the ids of the text.</summary>
    public abstract void Encode(ReadOnlySpan<char> text, List<int> ids);

    /// <summary>Creates an encoder.</summary>
    public static BpeEncoder Create(BpeEncoderKind kind, BpeModel model, PreTokenPattern pattern) => kind switch
    {
        BpeEncoderKind.Cached => new CachedBpeEncoder(model, pattern),
        BpeEncoderKind.Microsoft => new MicrosoftBpeEncoder(model, pattern),
        BpeEncoderKind.Reference => new ReferenceBpeEncoder(model, pattern),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
