using OlmoSharp.Inference.Sampling;
using Xunit;

namespace OlmoSharp.Inference.Tests.Sampling;

public class RandomStreamTests
{
    /// <summary>The numbers that the author's C code gives for this state (prng.di.unimi.it/splitmix64.c).</summary>
    [Fact]
    public void It_is_SplitMix64()
    {
        var stream = new RandomStream(1234567UL);
        Assert.Equal(
            [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821],
            Enumerable.Range(0, 5).Select(_ => stream.NextBits()).ToArray());
    }

    [Fact]
    public void Seeds_and_samples_have_streams_of_their_own()
    {
        HashSet<ulong> first = [];
        for (var seed = -20L; seed < 20; seed++)
        {
            for (var sample = 0; sample < 20; sample++)
            {
                Assert.True(first.Add(new RandomStream(seed, sample).NextBits()));
            }
        }
    }
}
