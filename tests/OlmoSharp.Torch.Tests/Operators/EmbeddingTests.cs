using CsCheck;
using OlmoSharp.Torch.Operators;
using Xunit;
using static OlmoSharp.Torch.Tests.SampleTensors;
using static TorchSharp.torch;

namespace OlmoSharp.Torch.Tests.Operators;

public sealed class EmbeddingTests
{
    [Fact]
    public void Gives_rows_and_adds_gradients_of_the_same_row()
        => Gen.Select(Gen.Int[1, 12], Gen.Int[1, 9], Gen.Int[1, 30], Gen.Int).Sample(
            (vocabulary, width, count, seed) =>
            {
                using var scope = NewDisposeScope();
                var random = new Random(seed);
                double[] rows = random.Normal(vocabulary * width), c = random.Normal(count * width);
                var ids = Enumerable.Range(0, count).Select(_ => (long)random.Next(vocabulary)).ToArray();
                var table = rows.ToLeaf(vocabulary, width);
                var result = Embedding.Apply(table, tensor(ids, [1, count]));
                Assert.Equal([1, count, width], result.shape);
                Assert.Equal(ids.SelectMany(id => rows[(int)(id * width)..(int)((id + 1) * width)]), result.ToDoubles());

                result.backward([c.ToTensor(1, count, width)]);
                var expected = new double[rows.Length];
                for (var i = 0; i < c.Length; i++)
                {
                    expected[ids[i / width] * width + i % width] += c[i];
                }

                Close(expected, table.grad.ToDoubles(), 1e-6);
            },
            iter: 50, threads: 1);

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void An_id_outside_the_table_is_an_error(long id)
    {
        using var scope = NewDisposeScope();
        Assert.Throws<TorchException>(() => Embedding.Apply(zeros(3, 2), tensor([0L, id])));
    }
}
