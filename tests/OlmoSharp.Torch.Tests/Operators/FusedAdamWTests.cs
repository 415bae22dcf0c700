using CsCheck;
using OlmoSharp.Torch.Operators;
using Xunit;
using static OlmoSharp.Torch.Tests.SampleTensors;
using static TorchSharp.torch;

namespace OlmoSharp.Torch.Tests.Operators;

public sealed class FusedAdamWTests
{
    [Fact]
    public void Many_steps_follow_the_published_update()
        => Gen.Select(Gen.Int[1, 70], Gen.Double[1e-4, 0.1], Gen.Double[0.1, 0.99], Gen.Double[0.1, 0.999], Gen.Double[0, 0.5], Gen.Bool.Select(large => large ? 0.1 : 1e-8), Gen.Bool, Gen.Int).Sample(
            (size, rate, beta1, beta2, decay, epsilon, divided, seed) => Compare(size, rate, beta1, beta2, decay, epsilon, divided, new Random(seed)), iter: 15, threads: 1);

    [Fact]
    public void Tensors_longer_than_a_thread_s_share_are_updated_whole()
        => Compare(40_003, 0.01, 0.9, 0.95, 0.1, 1e-8, divided: true, new Random(1), steps: 3);

    private static void Compare(
        int size, double rate, double beta1, double beta2, double decay, double epsilon, bool divided, Random random, int steps = 60)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        double[][] expected = [random.Normal(size), random.Normal(3)], m = [new double[size], new double[3]], v = [new double[size], new double[3]];
        Tensor[] parameters = [expected[0].ToTensor(size), expected[1].ToTensor(3)];
        Tensor[] first = [zeros(size), zeros(3)], second = [zeros(size), zeros(3)], counts = [zeros(1), zeros(1)];
        for (var step = 1; step <= steps; step++)
        {
            using var inner = NewDisposeScope();
            double[][] gradients = [random.Normal(size), random.Normal(3)];
            var divisor = divided ? (double)(float)(1 + random.NextDouble() * 5) : 1;
            foreach (var count in counts)
            {
                count.fill_(step);
            }

            FusedAdamW.Step(
                new(parameters, [gradients[0].ToTensor(size), gradients[1].ToTensor(3)], first, second, counts),
                rate, beta1, beta2, decay, epsilon, divided ? tensor((float)divisor) : null);
            for (var t = 0; t < 2; t++)
            {
                for (var i = 0; i < expected[t].Length; i++)
                {
                    var g = gradients[t][i] / divisor;
                    m[t][i] = beta1 * m[t][i] + (1 - beta1) * g;
                    v[t][i] = beta2 * v[t][i] + (1 - beta2) * g * g;
                    var (mHat, vHat) = (m[t][i] / (1 - Math.Pow(beta1, step)), v[t][i] / (1 - Math.Pow(beta2, step)));
                    expected[t][i] -= rate * decay * expected[t][i] + rate * mHat / (Math.Sqrt(vHat) + epsilon);
                }
            }
        }

        for (var t = 0; t < 2; t++)
        {
            Close(expected[t], parameters[t].ToDoubles(), 2e-5, "parameter");
            Close(m[t], first[t].ToDoubles(), 1e-5, "first moment");
            Close(v[t], second[t].ToDoubles(), 1e-5, "second moment");
        }
    }
}
