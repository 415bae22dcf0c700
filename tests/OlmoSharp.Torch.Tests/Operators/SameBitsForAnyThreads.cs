using OlmoSharp.Torch.Native;
using Xunit;
using static TorchSharp.torch;

namespace OlmoSharp.Torch.Tests.Operators;

/// <summary>Compares the bits of a computation on different numbers of threads.</summary>
internal static class SameBitsForAnyThreads
{
    public static void Require(Func<Tensor?[]> compute)
    {
        var before = TorchBackend.Threads;
        try
        {
            var expected = Run(1);
            foreach (var threads in new[] { 2, 3, 8 })
            {
                Assert.Equal(expected, Run(threads));
            }
        }
        finally
        {
            TorchBackend.Threads = before;
        }

        int[][] Run(int threads)
        {
            TorchBackend.Threads = threads;
            using var scope = NewDisposeScope();
            return [.. compute().Select(tensor => tensor.ToBits())];
        }
    }
}
