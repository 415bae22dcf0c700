using OlmoSharp.Data.Deduplication.Keys;
using OlmoSharp.Data.Deduplication.Resolution;
using Xunit;

namespace OlmoSharp.Data.Tests.Deduplication;

public sealed class ExactResolverTests
{
    [Theory]
    [InlineData(long.MaxValue, 1)]
    [InlineData(1000 * 36, 10)]
    [InlineData(100 * 36, 100)]
    public void Any_memory_gives_what_a_set_gives(long memory, int passes)
    {
        var random = new Random(3);
        KeyHash[] keys = [.. Enumerable.Range(0, 10_000).Select(_ => random.Next(3000)).Select(key => key == 0 ? default : KeyHash.Of(BitConverter.GetBytes(key)))];
        uint[] documents = [.. Enumerable.Range(0, keys.Length).Select(i => (uint)i / 7)];
        var known = new Dictionary<KeyHash, uint>();
        var resolver = new ExactResolver(keys.Length, keepsFirsts: true, memory);
        Assert.Equal(passes, resolver.Passes);
        var (verdicts, firsts) = (new byte[keys.Length], new KeyOrigin[keys.Length]);
        for (var pass = 0; pass < passes; pass++)
        {
            resolver.Begin(pass);
            for (var start = 0; start < keys.Length; start += 1000)
            {
                resolver.Resolve(keys.AsSpan(start, 1000), (uint)start, documents.AsSpan(start, 1000), verdicts.AsSpan(start, 1000), firsts.AsSpan(start, 1000));
            }
        }

        for (var i = 0; i < keys.Length; i++)
        {
            var isKnown = known.TryGetValue(keys[i], out var first);
            Assert.Equal(isKnown, verdicts[i] == 1);
            if (isKnown)
            {
                Assert.Equal(new KeyOrigin(first / 1000 * 1000, documents[first]), firsts[i]);
            }
            else
            {
                known[keys[i]] = (uint)i;
            }
        }

        Assert.Equal(known.Count, resolver.Fresh);
    }
}
