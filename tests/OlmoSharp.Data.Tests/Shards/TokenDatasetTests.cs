using CsCheck;
using OlmoSharp.Data.Shards;
using Xunit;
using static OlmoSharp.Data.Tests.Shards.SampleShards;

namespace OlmoSharp.Data.Tests.Shards;

public sealed class TokenDatasetTests : IDisposable
{
    private const int Length = 16;
    private readonly TemporaryFolder _folder = new();
    private readonly TokenShardSet _web;
    private readonly TokenShardSet _wiki;

    public TokenDatasetTests()
    {
        _web = Source("web", 200, maxTokens: 300);
        _wiki = Source("wiki", 40, maxTokens: 100);
    }

    public void Dispose()
    {
        _web.Dispose();
        _wiki.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void One_epoch_of_one_source_is_every_block_once_and_the_tail_dropped()
    {
        var dataset = new TokenDataset([new("web", _web)], Length, seed: 1);
        Assert.Equal(_web.TokenCount / Length, dataset.InstanceCount);

        int[] stream = ReadAll(_web);
        var expected = Enumerable.Range(0, (int)dataset.InstanceCount).Select(i => string.Join(',', stream.AsSpan(i * Length, Length).ToArray()));
        for (int epoch = 0; epoch < 2; epoch++)
        {
            var actual = Enumerable.Range(0, (int)dataset.InstanceCount).Select(i => string.Join(',', Batch(dataset, (epoch * dataset.InstanceCount) + i, 1)));
            Assert.Equal(expected.Order(StringComparer.Ordinal), actual.Order(StringComparer.Ordinal));
        }

        Assert.NotEqual(Batch(dataset, 0, 20), Batch(dataset, dataset.InstanceCount / 20, 20));
    }

    [Fact]
    public void Batches_do_not_depend_on_what_was_read_before()
    {
        var dataset = Mixture(seed: 7);
        int[][] inOrder = [.. Enumerable.Range(0, 60).Select(step => Batch(dataset, step, 4))];
        Gen.Int[0, 59].Array[20].Sample(
            steps =>
            {
                var fresh = Mixture(seed: 7);
                Assert.All(steps, step => Assert.Equal(inOrder[step], Batch(fresh, step, 4)));
            },
            iter: 20);
    }

    [Fact]
    public void Another_seed_is_another_order()
    {
        Assert.NotEqual(Batch(Mixture(seed: 7), 0, 8), Batch(Mixture(seed: 8), 0, 8));
    }

    [Fact]
    public void Micro_batches_make_up_the_batch()
    {
        var dataset = Mixture(seed: 7);
        int[] parts = [.. Enumerable.Range(0, 4).SelectMany(m => Batch(dataset, (5 * 4) + m, 2))];
        Assert.Equal(Batch(dataset, 5, 8), parts);
    }

    [Fact]
    public void Origins_lead_to_the_tokens_in_the_files()
    {
        var dataset = Mixture(seed: 7);
        bool crossed = false;
        for (int step = 0; step < 60; step++)
        {
            int[] tokens = Batch(dataset, step, 4);
            var origins = dataset.Inspect(step, 4);
            Assert.Equal(4, origins.Count);
            for (int i = 0; i < 4; i++)
            {
                var origin = origins[i];
                Assert.All(origin.Ranges, range => Assert.StartsWith(_folder[origin.Source], range.Shard.Path, StringComparison.Ordinal));
                Assert.Equal(tokens[(i * Length)..((i + 1) * Length)], origin.Ranges.SelectMany(RawTokens).ToArray());
                crossed |= origin.Ranges.Count > 1;
            }
        }

        Assert.True(crossed, "no instance crossed from a shard to the next");

        static IEnumerable<int> RawTokens(ShardRange range)
        {
            byte[] bytes = File.ReadAllBytes(range.Shard.Path);
            return Enumerable.Range((int)range.Start, (int)(range.End - range.Start)).Select(token => (int)BitConverter.ToUInt16(bytes, token * 2));
        }
    }

    [Fact]
    public void Documents_of_an_instance_begin_and_end_where_its_end_of_text_ids_are()
    {
        var dataset = Mixture(seed: 7);
        for (int step = 0; step < 100; step++)
        {
            int[] tokens = Batch(dataset, step, 1);
            var documents = dataset.Inspect(step, 1)[0].Documents;
            int position = 0;
            foreach (var part in documents)
            {
                int end = Array.IndexOf(tokens, EndOfText, position);
                end = end < 0 ? Length : end + 1;
                Assert.Equal((position, end), (part.Start, part.End));
                // Every document's tokens hold its number, see Source.
                Assert.All(tokens[position..end].Where(token => token != EndOfText), token => Assert.Equal($"{token - 3}", part.Document.Id.Split('/')[1]));
                position = end;
            }

            Assert.Equal(Length, position);
        }
    }

    [Fact]
    public void Division_into_shards_does_not_change_the_order()
    {
        using var divided = Source("divided", 200, maxTokens: 37);
        using var whole = Source("whole", 200, maxTokens: long.MaxValue);
        var first = new TokenDataset([new("web", divided), new("wiki", _wiki)], Length, seed: 2);
        var second = new TokenDataset([new("web", whole), new("wiki", _wiki)], Length, seed: 2);
        for (int step = 0; step < 20; step++)
        {
            Assert.Equal(Batch(first, step, 5), Batch(second, step, 5));
        }
    }

    [Fact]
    public void Repetition_sets_how_much_of_a_source_an_epoch_holds()
    {
        var dataset = new TokenDataset([new("web", _web, 0.25), new("wiki", _wiki, 3)], Length, seed: 2);
        long web = _web.TokenCount / Length;
        long wiki = _wiki.TokenCount / Length;
        Assert.Equal([(long)Math.Round(web / 4.0, MidpointRounding.AwayFromZero), 3 * wiki], dataset.InstanceCounts);

        var origins = dataset.Inspect(0, (int)dataset.InstanceCount);
        Assert.Equal(dataset.InstanceCounts, new[] { "web", "wiki" }.Select(name => origins.LongCount(origin => origin.Source == name)));
        Assert.All(origins.Where(origin => origin.Source == "wiki").GroupBy(origin => origin.Instance), instance => Assert.Equal([0L, 1, 2], instance.Select(origin => origin.Pass).Order()));
    }

    [Fact]
    public void Datasets_and_batches_that_cannot_be_right_are_refused()
    {
        Refused(() => _ = new TokenDataset([], Length, 1), "no source");
        Refused(() => _ = new TokenDataset([new("web", _web)], 100_000, 1), "'web'", "fewer than one sequence of 100000");
        using var other = Source("other", 50, maxTokens: 1000, Small with { Sha256 = new string('c', 64) });
        Refused(() => _ = new TokenDataset([new("web", _web), new("other", other)], Length, 1), "'other'", "ccc", "aaa");

        var dataset = Mixture(seed: 1);
        Assert.Throws<ArgumentException>(() => dataset.GetBatch(0, 2, new int[Length]));
        Assert.Throws<ArgumentOutOfRangeException>(() => dataset.GetBatch(-1, 2, new int[2 * Length]));
        Assert.Throws<OverflowException>(() => dataset.GetBatch(long.MaxValue, 2, new int[2 * Length]));
    }

    private static int[] Batch(TokenDataset dataset, long step, int size)
    {
        int[] tokens = new int[size * dataset.SequenceLength];
        dataset.GetBatch(step, size, tokens);
        return tokens;
    }

    private TokenDataset Mixture(long seed) => new([new("web", _web), new("wiki", _wiki, 2)], Length, seed);

    /// <summary>Document n repeats the id n + 3, between 1 and 37 times.</summary>
    private TokenShardSet Source(string name, int documents, long maxTokens, TokenizerIdentity? tokenizer = null)
    {
        Write(_folder[name], name, Enumerable.Range(1, documents).Select(n => Enumerable.Repeat(n + 3, 1 + (n * 7919 % 37)).ToArray()), tokenizer, maxTokens);
        return TokenShardSet.Open(_folder[name]);
    }
}
