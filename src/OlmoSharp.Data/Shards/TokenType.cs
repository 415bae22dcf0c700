using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace OlmoSharp.Data.Shards;

/// <summary>How one token id is stored in a shard: always little-endian and unsigned.</summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "These are numpy's names of the types.")]
public enum TokenType
{
    /// <summary>Two bytes a token, for vocabularies of up to 65,536 ids.</summary>
    [JsonStringEnumMemberName("uint16")]
    UInt16,

    /// <summary>Four bytes a token.</summary>
    [JsonStringEnumMemberName("uint32")]
    UInt32,
}

/// <summary>Facts about <see cref="TokenType"/>.</summary>
public static class TokenTypes
{
    /// <summary>Bytes that one token takes.</summary>
    public static int SizeInBytes(this TokenType type) => type == TokenType.UInt16 ? 2 : 4;

    /// <summary>The smallest type that holds every id of a vocabulary, the one Dolma and OLMo-core expect.</summary>
    /// <param name="vocabularySize">Number of ids; the largest is one less.</param>
    public static TokenType ForVocabulary(int vocabularySize) =>
        vocabularySize <= ushort.MaxValue + 1 ? TokenType.UInt16 : TokenType.UInt32;
}
