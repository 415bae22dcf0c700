using System.Runtime.InteropServices;
using OlmoSharp.Data.Deduplication.Config;
using OlmoSharp.Data.Deduplication.Keys;
using OlmoSharp.Data.Deduplication.Resolution;
using OlmoSharp.Data.Jobs;

namespace OlmoSharp.Data.Deduplication.MinHash;

/// <summary>
/// The third pass, shard by shard: writes which earlier documents each document is near to (output 0, <see cref="DocumentEdge"/>s in order): the first ones that have one of its band
/// keys, if their signatures are similar enough.
/// </summary>
/// <param name="config">The signature's shape and the threshold.</param>
/// <param name="signatureFiles">The signatures of all shards; none where there is no threshold.</param>
internal sealed class EdgePass(MinHashDedupeConfig config, IReadOnlyList<string> signatureFiles)
{
    public void Run(ShardWork work, int shard, OutlineReader outline, ShardVerdicts verdicts)
    {
        var output = work.Output(0);
        var values = config.Bands * config.Rows;
        using var files = new OpenFiles<SignatureFile>(number => new SignatureFile(signatureFiles[number], values));
        var (signature, other) = (new uint[values], new uint[values]);
        var earlier = new List<KeyOrigin>();
        for (uint document = 0; !outline.IsAtEnd; document++)
        {
            earlier.Clear();
            for (var count = outline.Count(outline.Kind()); count > 0; count--)
            {
                if (verdicts.Next(outline.Cell(), out var first) && !earlier.Contains(first!.Value))
                {
                    earlier.Add(first.Value);
                }
            }

            if (earlier.Count > 0 && config.Threshold > 0)
            {
                files[shard].Read(document, signature);
            }

            foreach (var origin in earlier)
            {
                if (IsNear(origin))
                {
                    var edge = new DocumentEdge(document, origin);
                    output.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<DocumentEdge>(in edge)));
                }
            }

            work.Advance(0);
        }

        bool IsNear(KeyOrigin origin)
        {
            if (config.Threshold <= 0)
            {
                return true;
            }

            files[(int)origin.Shard].Read(origin.Document, other);
            return MinHashSigner.Similarity(signature, other) >= config.Threshold;
        }
    }
}
