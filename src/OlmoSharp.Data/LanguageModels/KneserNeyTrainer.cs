namespace OlmoSharp.Data.LanguageModels;

/// <summary>Counts the n-grams of documents, one document after the other, for a <see cref="KneserNeyModel"/>. Not thread-safe.</summary>
public sealed class KneserNeyTrainer
{
    private readonly int _order;
    private readonly NGramTable<int> _counts = new();

    /// <summary>Starts with no counts.</summary>
    /// <param name="order">Length of the longest n-grams, 1 … 7: a byte is predicted from the order − 1 bytes before it.</param>
    public KneserNeyTrainer(int order = KneserNeyModel.DefaultOrder)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(order, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(order, ByteSymbols.LargestOrder);
        _order = order;
    }

    /// <summary>Adds a document: its bytes after order − 1 begin marks, and one end mark after them.</summary>
    public void Add(ReadOnlySpan<byte> document)
    {
        ulong context = ByteSymbols.BeginContext(_order - 1);
        foreach (byte value in document)
        {
            context = Count(context, ByteSymbols.Of(value));
        }

        Count(context, ByteSymbols.End);
    }

    /// <summary>Builds the model of the documents added so far.</summary>
    /// <exception cref="InvalidOperationException">No document was added.</exception>
    public KneserNeyModel Build()
    {
        if (_counts.Count == 0)
        {
            throw new InvalidOperationException("A Kneser–Ney model needs at least one document.");
        }

        var levels = new KneserNeyLevel[_order];
        var counts = _counts;
        for (int order = _order; order >= 1; order--)
        {
            levels[order - 1] = new KneserNeyLevel(counts);
            counts = LeftExtensions(counts, order - 1);
        }

        return new KneserNeyModel(levels);
    }

    private static NGramTable<int> LeftExtensions(NGramTable<int> counts, int length)
    {
        var extensions = new NGramTable<int>();
        if (length > 0)
        {
            counts.ForEach((key, _) => extensions.GetOrAdd(ByteSymbols.Suffix(key, length))++);
        }

        return extensions;
    }

    private ulong Count(ulong context, uint symbol)
    {
        ulong nGram = ByteSymbols.Append(context, symbol);
        ref int count = ref _counts.GetOrAdd(nGram);
        count = checked(count + 1);
        return ByteSymbols.Suffix(nGram, _order - 1);
    }
}
