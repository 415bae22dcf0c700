namespace OlmoSharp.Data.LanguageModels;

/// <summary>
/// The symbols of a byte-level model and how n-grams of them pack into 64 bits: 9 bits a symbol, the latest lowest, so that dropping the oldest symbol
/// is a mask. Bytes are 1 … 256: no n-gram packs to 0.
/// </summary>
internal static class ByteSymbols
{
    public const int Bits = 9;
    public const uint End = 257;
    public const uint Begin = 258;

    /// <summary>Symbols that can follow a context: 256 bytes and the end of the document.</summary>
    public const int PredictedCount = 257;

    /// <summary>N-grams of this order still fit.</summary>
    public const int LargestOrder = 7;

    public static uint Of(byte value) => value + 1u;

    public static ulong Append(ulong context, uint symbol) => (context << Bits) | symbol;

    public static ulong Context(ulong nGram) => nGram >> Bits;

    /// <summary>The last <paramref name="length"/> symbols.</summary>
    public static ulong Suffix(ulong symbols, int length) => symbols & ((1UL << (Bits * length)) - 1);

    /// <summary>What stands before the first byte of every document: begin marks alone.</summary>
    public static ulong BeginContext(int length)
    {
        ulong context = 0;
        for (int i = 0; i < length; i++)
        {
            context = Append(context, Begin);
        }

        return context;
    }
}
