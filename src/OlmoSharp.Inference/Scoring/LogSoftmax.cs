using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace OlmoSharp.Inference.Scoring;

/// <summary>Log-probabilities of logits in double precision.</summary>
internal static class LogSoftmax
{
    /// <summary>log Σ exp(logit), and the first of the largest logits.</summary>
    /// <exception cref="InferenceException">A logit is NaN or +∞.</exception>
    public static (double Normalizer, int Best) Read(ReadOnlySpan<float> logits)
    {
        var largest = Sampling.Sampler.Largest(logits);
        var shift = Vector256.Create((double)largest);
        var (low, high) = (Vector256<double>.Zero, Vector256<double>.Zero);
        var blocks = MemoryMarshal.Cast<float, Vector256<float>>(logits);
        foreach (var block in blocks)
        {
            var (first, second) = Vector256.Widen(block);
            low += Vector256.Exp(first - shift);
            high += Vector256.Exp(second - shift);
        }

        var sum = Vector256.Sum(low + high);
        foreach (var logit in logits[(blocks.Length * Vector256<float>.Count)..])
        {
            sum += Math.Exp((double)logit - largest);
        }

        return (largest + Math.Log(sum), logits.IndexOf(largest));
    }
}
