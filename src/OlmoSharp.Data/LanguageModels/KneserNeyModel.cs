namespace OlmoSharp.Data.LanguageModels;

/// <summary>
/// A byte-level n-gram language model with interpolated modified Kneser–Ney smoothing (Chen and Goodman 1998, section 3; Kneser and Ney 1995): the
/// yardstick that a neural model trained on the same text must beat.
/// <para>
/// A document is its bytes b₁ … bₙ after begin marks, then one end mark: n + 1 predictions, each over the 256 bytes and the end. The bits of all of them
/// count, divided by the n bytes. So do the bits of a neural model that predicts every token of a document and its end-of-text token, divided by the
/// bytes of its text.
/// </para>
/// <para>
/// p(w | c) = (max(0, a(cw) − D(a(cw))) + γ(c) p(w | c′)) / Σᵥ a(cv), where c′ is the context c without its oldest symbol; a is the count at the highest
/// order and the number of distinct symbols before the n-gram below it; γ(c) is the sum of the discounts taken after c; below order 1 lies the uniform
/// distribution. A context that was never seen leaves p(w | c′) as it is.
/// </para>
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class KneserNeyModel
{
    /// <summary>The order unless told otherwise.</summary>
    public const int DefaultOrder = 5;

    /// <summary>The symbol after the last byte of a document, for <see cref="Probability"/>; the bytes are 0 … 255.</summary>
    public const int EndOfDocument = 256;

    private readonly KneserNeyLevel[] _levels;

    internal KneserNeyModel(KneserNeyLevel[] levels) => _levels = levels;

    /// <summary>Length of the longest n-grams.</summary>
    public int Order => _levels.Length;

    /// <summary>Number of distinct n-grams of each order, from order 1.</summary>
    public IReadOnlyList<int> NGramCounts => [.. _levels.Select(level => level.NGramCount)];

    /// <summary>The discounts of each order, from order 1.</summary>
    public IReadOnlyList<KneserNeyDiscounts> Discounts => [.. _levels.Select(level => level.Discounts)];

    /// <summary>Trains a model in one pass.</summary>
    /// <param name="documents">The bytes of each document.</param>
    /// <param name="order">Length of the longest n-grams, 1 … 7.</param>
    public static KneserNeyModel Train(IEnumerable<ReadOnlyMemory<byte>> documents, int order = DefaultOrder)
    {
        var trainer = new KneserNeyTrainer(order);
        foreach (var document in documents)
        {
            trainer.Add(document.Span);
        }

        return trainer.Build();
    }

    /// <summary>The probability of a symbol after the beginning of a document.</summary>
    /// <param name="beginning">The document's bytes before the symbol, from its first.</param>
    /// <param name="symbol">A byte, or <see cref="EndOfDocument"/>.</param>
    public double Probability(ReadOnlySpan<byte> beginning, int symbol)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(symbol);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(symbol, EndOfDocument);
        ulong context = ByteSymbols.BeginContext(Order - 1);
        foreach (byte value in beginning[Math.Max(0, beginning.Length - (Order - 1))..])
        {
            context = ByteSymbols.Suffix(ByteSymbols.Append(context, ByteSymbols.Of(value)), Order - 1);
        }

        return Predict(context, symbol == EndOfDocument ? ByteSymbols.End : ByteSymbols.Of((byte)symbol));
    }

    /// <summary>The bits of a document: −log₂ of the probability of its bytes and its end.</summary>
    public double Bits(ReadOnlySpan<byte> document)
    {
        double bits = 0;
        ulong context = ByteSymbols.BeginContext(Order - 1);
        foreach (byte value in document)
        {
            uint symbol = ByteSymbols.Of(value);
            bits -= Math.Log2(Predict(context, symbol));
            context = ByteSymbols.Suffix(ByteSymbols.Append(context, symbol), Order - 1);
        }

        return bits - Math.Log2(Predict(context, ByteSymbols.End));
    }

    /// <summary>The bits of a document, its end included, divided by its bytes.</summary>
    /// <exception cref="ArgumentException">The document is empty.</exception>
    public double BitsPerByte(ReadOnlySpan<byte> document) => document.IsEmpty
        ? throw new ArgumentException("Bits per byte of an empty document are undefined.", nameof(document))
        : Bits(document) / document.Length;

    /// <summary>The bits of all documents, their ends included, divided by the bytes of all.</summary>
    /// <exception cref="ArgumentException">The documents hold no byte.</exception>
    public double BitsPerByte(IEnumerable<ReadOnlyMemory<byte>> documents)
    {
        double bits = 0;
        long bytes = 0;
        foreach (var document in documents)
        {
            bits += Bits(document.Span);
            bytes += document.Length;
        }

        return bytes > 0 ? bits / bytes : throw new ArgumentException("Bits per byte of no bytes are undefined.", nameof(documents));
    }

    private double Predict(ulong context, uint symbol)
    {
        double probability = 1.0 / ByteSymbols.PredictedCount;
        for (int length = 0; length < Order; length++)
        {
            if (!_levels[length].TryInterpolate(ByteSymbols.Suffix(context, length), symbol, ref probability))
            {
                break;
            }
        }

        return probability;
    }
}
