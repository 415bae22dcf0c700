using CsCheck;
using OlmoSharp.Inference.Engines;
using OlmoSharp.Inference.Scheduling;
using OlmoSharp.Inference.Tests.Engines;
using Xunit;

namespace OlmoSharp.Inference.Tests.Scheduling;

public class PrefixCacheTests
{
    // Few kinds of tokens, so that much is shared and some begin others.
    private static readonly Gen<int[]> Texts = Gen.Int[0, 2].Array[1, 8];

    private static readonly Gen<(int Operation, int[] Tokens, int LongerThan)[]> Operations = Gen.Select(Gen.Int[0, 9], Texts, Gen.Int[0, 4]).Array[1, 40];

    [Fact]
    public void The_longest_common_beginning_is_found_and_the_least_used_goes_first() => Gen.Select(Operations, Gen.Int[0, 40]).Sample(
        (operations, most) =>
        {
            var engine = FakeEngine.Random(3, 100, 1);
            var cache = new PrefixCache(most);
            // The least used first.
            List<int[]> kept = [];
            foreach (var (operation, tokens, longerThan) in operations)
            {
                switch (operation)
                {
                    case 0:
                        Assert.Equal(kept.Count > 0, cache.EvictOldest());
                        kept = [.. kept.Skip(1)];
                        break;
                    case < 5:
                        var best = kept.Select(other => Common(tokens, other)).DefaultIfEmpty(0).Max();
                        using (var sequence = cache.Take(tokens, longerThan))
                        {
                            Assert.Equal(best > longerThan ? best : null, sequence?.Length);
                        }

                        // Of equally good ones any may be used; the one that was is found by what is evicted.
                        if (best > longerThan)
                        {
                            var candidates = kept.Where(other => Common(tokens, other) == best).ToList();
                            if (candidates.Count > 1)
                            {
                                return;
                            }

                            Use(candidates[0]);
                        }

                        break;
                    default:
                        cache.Add(Sequence(engine, tokens), tokens);
                        if (tokens.Length > most)
                        {
                            break;
                        }

                        if (kept.Find(other => Common(tokens, other) == tokens.Length) is { } longer)
                        {
                            if (kept.Count(other => Common(tokens, other) == tokens.Length) > 1)
                            {
                                return;
                            }

                            Use(longer);
                            break;
                        }

                        kept.RemoveAll(other => Common(tokens, other) == other.Length);
                        kept.Add(tokens);
                        while (Distinct() > most)
                        {
                            kept.RemoveAt(0);
                        }

                        break;
                }

                Assert.Equal((Distinct(), kept.Count), (cache.Positions, engine.Open));
            }

            while (cache.EvictOldest())
            {
            }

            Assert.Equal((0, 0), (cache.Positions, engine.Open));

            void Use(int[] entry)
            {
                kept.Remove(entry);
                kept.Add(entry);
            }

            int Distinct() => kept.SelectMany(tokens => Enumerable.Range(1, tokens.Length).Select(length => string.Join(' ', tokens.Take(length)))).Distinct().Count();
        },
        iter: 500, threads: 1);

    private static int Common(int[] one, int[] other) => one.Zip(other).TakeWhile(pair => pair.First == pair.Second).Count();

    private static IEngineSequence Sequence(FakeEngine engine, int[] tokens)
    {
        var sequence = engine.NewSequence();
        engine.Forward([new(sequence, tokens)], new float[3]);
        return sequence;
    }
}
