using System.IO.Compression;
using System.Text;
using CsCheck;
using OlmoSharp.Data.Shards;
using Xunit;

namespace OlmoSharp.Data.Tests.Shards;

/// <summary>Documents, tokenizers and raw files that the shard tests share.</summary>
internal static class SampleShards
{
    public const int EndOfText = 3;

    public static readonly string Sha256 = new('a', 64);

    public static readonly TokenizerIdentity Small = new(Sha256, 500, EndOfText);

    public static readonly TokenizerIdentity Large = new(Sha256, 100_278, 100_257);

    /// <summary>Documents of 0 to 40 ids below 500, none of them the end of text.</summary>
    public static readonly Gen<int[][]> Documents = Gen.Int[4, 499].Array[0, 40].Array[1, 30];

    public static ShardManifest Write(string folder, string name, IEnumerable<int[]> documents, TokenizerIdentity? tokenizer = null, long maxTokens = TokenShardWriter.DefaultMaxTokensPerShard)
    {
        using var writer = new TokenShardWriter(folder, name, tokenizer ?? Small, maxTokens);
        int line = 0;
        foreach (int[] document in documents)
        {
            line++;
            writer.Write($"{name}/{line}", $"{name}.jsonl.zst", line, document, utf8ByteCount: document.Length * 3);
        }

        return writer.Complete();
    }

    /// <summary>The stream that documents make, each with its end of text.</summary>
    public static int[] Stream(IEnumerable<int[]> documents, int endOfText = EndOfText) => [.. documents.SelectMany(document => document.Append(endOfText))];

    public static int[] ReadAll(TokenShardSet set)
    {
        int[] tokens = new int[set.TokenCount];
        set.Read(0, tokens);
        return tokens;
    }

    public static string ReadGzip(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    public static void WriteGzip(string path, string text)
    {
        using var stream = new GZipStream(File.Create(path), CompressionLevel.Fastest);
        stream.Write(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Fails unless the action throws a <see cref="DataException"/> whose message holds every part.</summary>
    public static void Refused(Action action, params string[] parts)
    {
        var exception = Assert.Throws<DataException>(action);
        Assert.All(parts, part => Assert.Contains(part, exception.Message, StringComparison.Ordinal));
    }
}
