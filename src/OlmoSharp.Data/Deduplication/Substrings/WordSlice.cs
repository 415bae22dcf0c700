namespace OlmoSharp.Data.Deduplication.Substrings;

/// <summary>Documents of one shard that follow each other, as a part holds them.</summary>
/// <param name="Part">The part's number.</param>
/// <param name="Shard">The shard's number.</param>
/// <param name="FirstDocument">The number of the first document in the shard.</param>
/// <param name="Documents">How many documents they are.</param>
/// <param name="FirstWord">The number of their first word in the shard.</param>
/// <param name="Words">How many words they have.</param>
/// <param name="Place">The number of their first word in the part.</param>
internal sealed record WordSlice(int Part, int Shard, long FirstDocument, int Documents, long FirstWord, int Words, int Place);
