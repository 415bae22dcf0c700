using System.IO.Hashing;

namespace OlmoSharp.Data.Shards;

/// <summary>The checksum of a shard's files: XXH128 in canonical (big-endian) hexadecimal.</summary>
internal static class ShardHash
{
    public static string Of(XxHash128 hash) => Convert.ToHexStringLower(hash.GetCurrentHash());

    public static string OfFile(string path)
    {
        var hash = new XxHash128();
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        hash.Append(stream);
        return Of(hash);
    }
}
