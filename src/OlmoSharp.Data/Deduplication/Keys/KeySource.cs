using OlmoSharp.Data.Documents;

namespace OlmoSharp.Data.Deduplication.Keys;

/// <summary>Turns documents into keys.</summary>
internal abstract class KeySource(KeyRules rules)
{
    protected KeyRules Rules { get; } = rules;

    /// <summary>Writes the keys of a document.</summary>
    /// <exception cref="FormatException">The document has no such key.</exception>
    public abstract void Write(DocumentView document, KeyWriter keys);

    /// <summary>Writes all of something as one key, if the rules let it.</summary>
    protected void WriteWhole(ReadOnlySpan<byte> key, KeyWriter keys)
    {
        if (Rules.Judge(key) is not KeyKind.Whole and var passedOver)
        {
            keys.Skip(passedOver);
        }
        else if (Rules.Hash(key) is var hash && Rules.IsOurs(hash))
        {
            keys.Add(hash);
        }
        else
        {
            keys.Skip(KeyKind.OtherPartition);
        }
    }
}
