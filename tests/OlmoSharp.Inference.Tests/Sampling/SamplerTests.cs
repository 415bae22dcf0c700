using CsCheck;
using OlmoSharp.Inference.Sampling;
using Xunit;

namespace OlmoSharp.Inference.Tests.Sampling;

public class SamplerTests
{
    private static readonly Gen<float[]> GenLogits = Gen.Float[-8, 8].Array[2, 40];

    [Fact]
    public void Temperature_zero_takes_the_largest_logit()
        => GenLogits.Sample(logits =>
        {
            var chosen = new Sampler(new SamplingOptions { Temperature = 0 }).Choose(logits);
            Assert.Equal(logits.Max(), logits[chosen]);
            Assert.Equal(Array.IndexOf(logits, logits.Max()), chosen);
        });

    [Fact]
    public void Frequencies_follow_the_softmax_at_the_temperature()
    {
        float[] logits = [1.0f, 0.0f, -1.0f, 2.0f];
        const double temperature = 0.7;
        const int draws = 60_000;
        var weights = logits.Select(logit => Math.Exp(logit / temperature)).ToArray();
        var sampler = new Sampler(new SamplingOptions { Temperature = temperature, TopP = 1, Seed = 7 });
        var counts = new int[logits.Length];
        for (var i = 0; i < draws; i++)
        {
            counts[sampler.Choose(logits)]++;
        }

        for (var id = 0; id < logits.Length; id++)
        {
            var p = weights[id] / weights.Sum();
            // Five standard deviations of a binomial count.
            Assert.InRange(counts[id], draws * p - 5 * Math.Sqrt(draws * p * (1 - p)), draws * p + 5 * Math.Sqrt(draws * p * (1 - p)));
        }
    }

    [Fact]
    public void Top_k_and_top_p_choose_only_from_the_smallest_sufficient_set()
        => Gen.Select(GenLogits, Gen.Int[0, 10], Gen.Double[0.05, 1.0], Gen.Int).Sample((logits, topK, topP, seed) =>
        {
            var chosen = new Sampler(new SamplingOptions { Temperature = 1, TopK = topK, TopP = topP, Seed = seed }).Choose(logits);
            Assert.Contains(chosen, Allowed(logits, topK, topP));
        });

    [Fact]
    public void The_same_seed_chooses_the_same_tokens()
        => Gen.Select(GenLogits, Gen.Long).Sample((logits, seed) =>
        {
            var (first, second) = (new Sampler(new SamplingOptions { Seed = seed }), new Sampler(new SamplingOptions { Seed = seed }));
            for (var i = 0; i < 20; i++)
            {
                Assert.Equal(first.Choose(logits), second.Choose(logits));
            }
        });

    [Theory]
    [InlineData(-0.1, 0, 1.0, "temperature")]
    [InlineData(double.NaN, 0, 1.0, "temperature")]
    [InlineData(1.0, -1, 1.0, "top-k")]
    [InlineData(1.0, 0, 0.0, "top-p")]
    [InlineData(1.0, 0, double.NaN, "top-p")]
    public void Numbers_out_of_range_are_refused_by_name(double temperature, int topK, double topP, string name)
    {
        var error = Assert.Throws<InferenceException>(() => new Sampler(new SamplingOptions { Temperature = temperature, TopK = topK, TopP = topP }));
        Assert.StartsWith(name, error.Message, StringComparison.Ordinal);
    }

    /// <summary>The definition, without sorting tricks: an id is allowed if the mass of those before it is still below top-p of the top-k mass.</summary>
    private static HashSet<int> Allowed(float[] logits, int topK, double topP)
    {
        var ranked = Enumerable.Range(0, logits.Length).OrderByDescending(id => logits[id]).ThenBy(id => id)
            .Take(topK == 0 ? logits.Length : topK).ToList();
        var total = ranked.Sum(id => Math.Exp(logits[id]));
        var before = 0.0;
        HashSet<int> allowed = [];
        foreach (var id in ranked)
        {
            // A hair of slack: the sum is taken in another order than the sampler's.
            if (before >= topP * total * (1 + 1e-9))
            {
                break;
            }

            allowed.Add(id);
            before += Math.Exp(logits[id]);
        }

        return allowed;
    }
}
