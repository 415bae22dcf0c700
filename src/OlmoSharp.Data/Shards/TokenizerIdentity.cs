using System.Text.Json.Serialization;

namespace OlmoSharp.Data.Shards;

/// <summary>What shards must remember of the tokenizer that made them, so that ids are never read with another one.</summary>
/// <param name="Sha256">SHA-256 of the tokenizer file, 64 lower-case hexadecimal digits.</param>
/// <param name="VocabularySize">Number of ids, special tokens included; every id is smaller.</param>
/// <param name="EndOfTextId">The id that ends every document.</param>
public sealed record TokenizerIdentity(
    [property: JsonRequired] string Sha256,
    [property: JsonRequired] int VocabularySize,
    [property: JsonRequired] int EndOfTextId)
{
    /// <summary>Says what is wrong with the values, or null when nothing is.</summary>
    internal string? Problem()
    {
        if (Sha256.Length != 64 || !Sha256.All(char.IsAsciiHexDigitLower))
        {
            return $"the tokenizer's SHA-256 '{Sha256}' is not 64 lower-case hexadecimal digits";
        }

        return EndOfTextId < 0 || EndOfTextId >= VocabularySize
            ? $"the end-of-text id {EndOfTextId} is not below the vocabulary size {VocabularySize}"
            : null;
    }
}
