using CsCheck;
using OlmoSharp.Data.LanguageModels;
using Xunit;

namespace OlmoSharp.Data.Tests.LanguageModels;

public class KneserNeyModelTests
{
    /// <summary>Documents over few byte values, the extreme ones among them, so that n-grams repeat.</summary>
    private static readonly Gen<byte[][]> Corpora = Gen.OneOf(
        Gen.OneOf<byte>(0, 255, 97, 36).Array[0, 60].Array[1, 12],
        Gen.OneOf<byte>(0, 97, 98, 99, 100, 101, 102, 103, 254, 255).Array[0, 120].Array[1, 10]);

    [Fact]
    public void Equals_the_definition_on_random_corpora()
    {
        bool estimated = false;
        Gen.Select(Corpora, Corpora, Gen.Int[1, 7]).Sample(
            (training, probes, order) =>
            {
                var model = Train(training, order);
                var naive = new NaiveKneserNey(training, order);
                estimated |= model.Discounts.Any(discounts => discounts.Estimated);
                foreach (byte[] document in probes.Concat(training).Take(3))
                {
                    for (int length = 0; length <= Math.Min(document.Length, 12); length++)
                    {
                        int symbol = length == document.Length ? KneserNeyModel.EndOfDocument : document[length];
                        Assert.Equal(1, model.Probability(document.AsSpan(0, length), symbol) / naive.Probability(document[..length], symbol), 1e-12);
                    }
                }
            },
            iter: 60,
            threads: 1);
        Assert.True(estimated, "no corpus was large enough to estimate discounts from");
    }

    [Fact]
    public void Probabilities_sum_to_one_after_any_context()
    {
        Gen.Select(Corpora, Gen.Byte.Array[0, 10], Gen.Int[1, 7]).Sample(
            (training, context, order) =>
            {
                var model = Train(training, order);
                Assert.Equal(1, Sum(model, context), 1e-12);
                byte[] seen = training.MaxBy(document => document.Length)!;
                Assert.Equal(1, Sum(model, seen.AsSpan(0, seen.Length / 2)), 1e-12);
            },
            iter: 200);

        static double Sum(KneserNeyModel model, ReadOnlySpan<byte> context)
        {
            double sum = 0;
            for (int symbol = 0; symbol <= KneserNeyModel.EndOfDocument; symbol++)
            {
                double probability = model.Probability(context, symbol);
                Assert.True(probability is > 0 and <= 1);
                sum += probability;
            }

            return sum;
        }
    }

    /// <summary>One document "aab" at order 2, worked by hand with the discounts 0.5, 1 and 1.5.</summary>
    [Fact]
    public void Small_corpus_by_hand()
    {
        var model = Train(["aab"u8.ToArray()], 2);

        // Distinct symbols before: a after ^ and a (2), b after a (1), end after b (1); discounts 1 + 0.5 + 0.5 of 4 go to 257 symbols.
        double a = (2 - 1 + (2 / 257.0)) / 4;
        double b = (1 - 0.5 + (2 / 257.0)) / 4;
        // After a: a once, b once; half of each is taken.
        Assert.Equal((0.5 + (1 * a)) / 2, model.Probability("a"u8, 'a'), 1e-15);
        Assert.Equal((0.5 + (1 * b)) / 2, model.Probability("xa"u8, 'b'), 1e-15);
        // After b: the end, once.
        Assert.Equal(0.5 * a, model.Probability("b"u8, 'a'), 1e-15);
        // After the begin mark: a, once.
        Assert.Equal(0.5 + (0.5 * a), model.Probability([], 'a'), 1e-15);
        // After a symbol never seen: order 1.
        Assert.Equal(b, model.Probability("z"u8, 'b'), 1e-15);
        Assert.Equal(2 / 257.0 / 4, model.Probability("z"u8, 'q'), 1e-15);
    }

    [Fact]
    public void Bits_are_those_of_every_byte_and_one_end()
    {
        Gen.Select(Corpora, Corpora, Gen.Int[1, 6]).Sample(
            (training, documents, order) =>
            {
                var model = Train(training, order);
                double total = 0;
                foreach (byte[] document in documents)
                {
                    double bits = -Math.Log2(model.Probability(document, KneserNeyModel.EndOfDocument));
                    for (int i = 0; i < document.Length; i++)
                    {
                        bits -= Math.Log2(model.Probability(document.AsSpan(0, i), document[i]));
                    }

                    Assert.Equal(bits, model.Bits(document), 1e-9);
                    total += bits;
                }

                int bytes = documents.Sum(document => document.Length);
                if (bytes > 0)
                {
                    Assert.Equal(total / bytes, model.BitsPerByte(documents.Select(document => new ReadOnlyMemory<byte>(document))), 1e-9);
                }
            },
            iter: 60);
    }

    /// <summary>On text from a source of known entropy no model can do better than the source, and a good one comes close.</summary>
    [Fact]
    public void Comes_close_to_the_entropy_of_a_known_source()
    {
        var random = new Random(1);
        // The next letter depends on the two before it.
        double[][] next = [.. Enumerable.Range(0, 36).Select(_ => Normalized([.. Enumerable.Range(0, 6).Select(_ => Math.Pow(random.NextDouble(), 3))]))];
        byte[][] training = [.. Enumerable.Range(0, 300).Select(_ => Sample(1000, out double _))];
        byte[] heldOut = Sample(50_000, out double entropy);

        double[] bitsPerByte = [.. Enumerable.Range(1, 5).Select(order => Train(training, order).BitsPerByte(heldOut))];
        Assert.InRange(bitsPerByte[2], entropy, entropy * 1.01);
        Assert.InRange(bitsPerByte[4], entropy, entropy * 1.02);
        Assert.True(bitsPerByte[0] > bitsPerByte[1] && bitsPerByte[1] > bitsPerByte[2] * 1.05, "a shorter context loses what it cannot see");

        byte[] Sample(int length, out double bits)
        {
            byte[] text = new byte[length];
            double sum = 0;
            for (int i = 0; i < length; i++)
            {
                double[] distribution = i < 2 ? [1 / 6.0, 1 / 6.0, 1 / 6.0, 1 / 6.0, 1 / 6.0, 1 / 6.0] : next[((text[i - 2] - 'a') * 6) + text[i - 1] - 'a'];
                double draw = random.NextDouble();
                int letter = 0;
                while (letter < 5 && draw >= distribution[letter])
                {
                    draw -= distribution[letter++];
                }

                text[i] = (byte)('a' + letter);
                sum -= Math.Log2(distribution[letter]);
            }

            bits = sum / length;
            return text;
        }

        static double[] Normalized(double[] weights) => [.. weights.Select(weight => weight / weights.Sum())];
    }

    [Fact]
    public void Order_of_the_documents_does_not_matter()
    {
        Gen.Select(Corpora, Gen.Byte.Array[1, 50]).Sample(
            (training, probe) => Assert.Equal(Train(training, 5).Bits(probe), Train([.. training.Reverse()], 5).Bits(probe)),
            iter: 50);
    }

    [Fact]
    public void Discounts_follow_the_published_formula()
    {
        // Y = 100 / (100 + 2 · 40) = 5/9.
        var discounts = KneserNeyDiscounts.Estimate(100, 40, 20, 12);
        Assert.True(discounts.Estimated);
        Assert.Equal(5 / 9.0, discounts.One, 1e-15);
        Assert.Equal(7 / 6.0, discounts.Two, 1e-15);
        Assert.Equal(5 / 3.0, discounts.ThreePlus, 1e-15);
        Assert.Equal([0, discounts.One, discounts.Two, discounts.ThreePlus, discounts.ThreePlus], new[] { 0, 1, 2, 3, 9 }.Select(discounts.Of));

        Assert.Equal(KneserNeyDiscounts.Fallback, KneserNeyDiscounts.Estimate(100, 40, 20, 0));
        Assert.Equal(KneserNeyDiscounts.Fallback, KneserNeyDiscounts.Estimate(10, 1, 50, 10));
    }

    [Fact]
    public void Use_that_cannot_be_right_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new KneserNeyTrainer(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new KneserNeyTrainer(8));
        Assert.Throws<InvalidOperationException>(() => new KneserNeyTrainer().Build());
        var model = Train(["ab"u8.ToArray()], 3);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Probability([], 257));
        Assert.Throws<ArgumentException>(() => model.BitsPerByte(ReadOnlySpan<byte>.Empty));
        Assert.Throws<ArgumentException>(() => model.BitsPerByte([ReadOnlyMemory<byte>.Empty]));
    }

    private static KneserNeyModel Train(IEnumerable<byte[]> documents, int order) =>
        KneserNeyModel.Train(documents.Select(document => new ReadOnlyMemory<byte>(document)), order);
}
