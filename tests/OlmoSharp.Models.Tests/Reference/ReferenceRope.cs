namespace OlmoSharp.Models.Tests.Reference;

/// <summary>Rotary frequencies a second time, each type as its paper or the documentation of transformers writes it down.</summary>
internal static class ReferenceRope
{
    /// <summary>Radians a position of every pair of dimensions, and the factor of what is rotated.</summary>
    public static (double[] Frequencies, double Factor) Frequencies(ModelConfig config)
    {
        var size = config.HiddenSize / config.Heads;
        double[] plain = [.. Enumerable.Range(0, size / 2).Select(i => 1 / Math.Pow(config.RopeTheta, 2.0 * i / size))];
        if (config.RopeScaling is not { } scaling)
        {
            return (plain, 1);
        }

        double s = scaling.Factor, context = scaling.OriginalContextLength > 0 ? scaling.OriginalContextLength : config.ContextLength;
        return scaling.Type switch
        {
            RopeScalingType.Linear => ([.. plain.Select(f => f / s)], 1),
            RopeScalingType.Llama3 => ([.. plain.Select(f => Llama3(f, scaling, context))], 1),
            _ => (Yarn(plain, scaling, config.RopeTheta, size, context), scaling.AttentionFactor ?? 1 + Math.Log(s) / 10),
        };
    }

    private static double Llama3(double frequency, RopeScaling scaling, double context)
    {
        double low = scaling.LowFrequencyFactor, high = scaling.HighFrequencyFactor;
        var wave = 2 * Math.PI / frequency;
        if (wave < context / high)
        {
            return frequency;
        }

        if (wave > context / low)
        {
            return frequency / scaling.Factor;
        }

        var smooth = (context / wave - low) / (high - low);
        return (1 - smooth) * (frequency / scaling.Factor) + smooth * frequency;
    }

    private static double[] Yarn(double[] plain, RopeScaling scaling, double theta, int size, double context)
    {
        double Bound(double rotations) => size * Math.Log(context / (2 * Math.PI * rotations)) / Math.Log(theta) / 2;
        double from = Math.Floor(Bound(scaling.BetaFast)), to = Math.Ceiling(Bound(scaling.BetaSlow));
        (from, to) = (from < 0 ? 0 : from, to > size - 1 ? size - 1 : to);
        var result = new double[plain.Length];
        for (var i = 0; i < plain.Length; i++)
        {
            var ramp = (i - from) / (from == to ? 0.001 : to - from);
            var keep = 1 - (ramp < 0 ? 0 : ramp > 1 ? 1 : ramp);
            result[i] = plain[i] / scaling.Factor * (1 - keep) + plain[i] * keep;
        }

        return result;
    }
}
