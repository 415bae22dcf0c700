using System.Globalization;

namespace OlmoSharp.Models;

/// <summary>How a model stretches its rotary frequencies to a context longer than the one that it was first trained for.</summary>
public sealed record RopeScaling
{
    /// <summary>Which frequencies are stretched.</summary>
    public required RopeScalingType Type { get; init; }

    /// <summary>How far: the new context as a multiple of the original one; at least 1.</summary>
    public required double Factor { get; init; }

    /// <summary>The context of the first training, in tokens; yarn takes 0 for the model's own context length, linear has no use for it.</summary>
    public int OriginalContextLength { get; init; }

    /// <summary>Yarn: factor of cosines and sines, and so, squared, of attention scores; null: 0.1·ln(<see cref="Factor"/>) + 1.</summary>
    public double? AttentionFactor { get; init; }

    /// <summary>Yarn: a dimension that turns more often than this within the original context keeps its frequency.</summary>
    public double BetaFast { get; init; } = 32;

    /// <summary>Yarn: a dimension that turns less often than this within the original context is stretched in full.</summary>
    public double BetaSlow { get; init; } = 1;

    /// <summary>Llama 3: a wave longer than the original context divided by this is stretched in full.</summary>
    public double LowFrequencyFactor { get; init; } = 1;

    /// <summary>Llama 3: a wave shorter than the original context divided by this stays as it is.</summary>
    public double HighFrequencyFactor { get; init; } = 4;

    /// <summary>Factor of cosines and sines in effect.</summary>
    public double EffectiveAttentionFactor => Type == RopeScalingType.Yarn ? AttentionFactor ?? 0.1 * Math.Log(Factor) + 1 : 1;

    /// <summary>The frequency of every pair of dimensions of a model's heads: θ^(−2i/d), stretched where the model says so.</summary>
    /// <param name="config">The model.</param>
    /// <returns>[head size / 2], in radians a position.</returns>
    public static double[] Frequencies(ModelConfig config)
    {
        var frequencies = new double[config.HeadSize / 2];
        for (var i = 0; i < frequencies.Length; i++)
        {
            var frequency = Math.Pow(config.RopeTheta, -2.0 * i / config.HeadSize);
            frequencies[i] = config.RopeScaling is { } scaling ? scaling.Stretched(i, frequency, config) : frequency;
        }

        return frequencies;
    }

    /// <summary>The context of the first training in effect, in tokens.</summary>
    internal int OriginalContextLengthOf(ModelConfig config) => OriginalContextLength == 0 ? config.ContextLength : OriginalContextLength;

    /// <summary>What is wrong with the numbers.</summary>
    internal IEnumerable<string> Problems(double theta)
    {
        if (!(Factor >= 1) || double.IsInfinity(Factor))
        {
            yield return Invariant($"rope_scaling.factor is {Factor}, but must be a number of at least 1");
        }

        if (OriginalContextLength < 0 || (OriginalContextLength == 0 && Type == RopeScalingType.Llama3))
        {
            yield return Invariant($"rope_scaling.original_context_length is {OriginalContextLength}, but must be a number of tokens");
        }

        if (Type == RopeScalingType.Yarn)
        {
            if (!(BetaSlow > 0) || !(BetaFast > BetaSlow) || double.IsInfinity(BetaFast))
            {
                yield return Invariant($"rope_scaling.beta_fast is {BetaFast} and beta_slow {BetaSlow}, but beta_fast must be larger and both positive");
            }

            if (AttentionFactor is { } attention && !ModelConfig.IsPositive(attention))
            {
                yield return Invariant($"rope_scaling.attention_factor is {attention}, but must be a positive number that float32 can hold, or null");
            }

            if (!(theta > 1))
            {
                yield return Invariant($"rope_theta is {theta}, but yarn needs one above 1");
            }
        }

        if (Type == RopeScalingType.Llama3 && (!(LowFrequencyFactor > 0) || !(HighFrequencyFactor > LowFrequencyFactor) || double.IsInfinity(HighFrequencyFactor)))
        {
            yield return Invariant(
                $"rope_scaling.high_frequency_factor is {HighFrequencyFactor} and low_frequency_factor {LowFrequencyFactor}, but high must be larger and both positive");
        }
    }

    private double Stretched(int i, double frequency, ModelConfig config)
    {
        var ramp = Type switch
        {
            RopeScalingType.Linear => 1,
            RopeScalingType.Yarn => YarnRamp(i, config.RopeTheta, config.HeadSize, OriginalContextLengthOf(config)),
            _ => Llama3Ramp(frequency, OriginalContextLengthOf(config)),
        };
        return frequency * (ramp / Factor + (1 - ramp));
    }

    /// <summary>0 where a pair of dimensions keeps its frequency, 1 where it is stretched in full (YaRN, eq. 18 to 22; whole dimensions as Hugging Face rounds them).</summary>
    private double YarnRamp(int i, double theta, int headSize, int original)
    {
        // The dimension that turns this often within the original context.
        double Dimension(double rotations) => headSize * Math.Log(original / (rotations * 2 * Math.PI)) / (2 * Math.Log(theta));
        var low = Math.Max(Math.Floor(Dimension(BetaFast)), 0);
        var high = Math.Min(Math.Ceiling(Dimension(BetaSlow)), headSize - 1);
        return Math.Clamp((i - low) / (high == low ? 0.001 : high - low), 0, 1);
    }

    /// <summary>The same, by the wave's length instead of the dimension's number.</summary>
    private double Llama3Ramp(double frequency, int original)
        => 1 - Math.Clamp((original * frequency / (2 * Math.PI) - LowFrequencyFactor) / (HighFrequencyFactor - LowFrequencyFactor), 0, 1);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
