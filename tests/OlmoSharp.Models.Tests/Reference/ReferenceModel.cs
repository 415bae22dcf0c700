namespace OlmoSharp.Models.Tests.Reference;

/// <summary>
/// OLMo, OLMo 2 and OLMoE a second time, from the papers' equations (Groeneveld et al. 2024, OLMo et al. 2025, Muennighoff et al. 2025) and in
/// the plainest form: float64, one sequence, one scalar loop after another, every position computed from scratch. Weights are those of a
/// Hugging Face checkpoint, by name.
/// </summary>
internal sealed class ReferenceModel(ModelConfig config, IReadOnlyDictionary<string, double[]> weights)
{
    private readonly int _headSize = config.HiddenSize / config.Heads;
    private readonly int _keyValueHeads = config.KeyValueHeads == 0 ? config.Heads : config.KeyValueHeads;

    /// <summary>Scores of the next token after each position.</summary>
    public double[][] Logits(IReadOnlyList<long> tokens)
    {
        RouterLogits.Clear();
        var embedding = weights["model.embed_tokens.weight"];
        double[][] x = [.. tokens.Select(token => embedding[(int)(token * config.HiddenSize)..(int)((token + 1) * config.HiddenSize)])];
        for (var layer = 0; layer < config.Layers; layer++)
        {
            var name = $"model.layers.{layer}";
            if (config.NormPlacement == NormPlacement.AfterSublayer)
            {
                double[][] h = [.. Attention(x, name + ".self_attn").Select((row, t) => Add(x[t], Norm(row, name + ".post_attention_layernorm")))];
                x = [.. h.Select(row => Add(row, Norm(FeedForward(row, name + ".mlp"), name + ".post_feedforward_layernorm")))];
            }
            else
            {
                double[][] normalised = [.. x.Select(row => Norm(row, name + ".input_layernorm"))];
                double[][] h = [.. Attention(normalised, name + ".self_attn").Select((row, t) => Add(x[t], row))];
                x = [.. h.Select(row => Add(row, FeedForward(Norm(row, name + ".post_attention_layernorm"), name + ".mlp")))];
            }
        }

        var head = config.TiedEmbeddings ? embedding : weights["lm_head.weight"];
        return [.. x.Select(row => Multiply(head, Norm(row, "model.norm")))];
    }

    /// <summary>Sum over targets that are not negative of −log p and of coefficient · logsumexp².</summary>
    public double Loss(IReadOnlyList<long> tokens, IReadOnlyList<long> targets, double zLoss)
    {
        var sum = 0.0;
        foreach (var (logits, target) in Logits(tokens).Zip(targets))
        {
            if (target >= 0)
            {
                var logNormalizer = LogSumExp(logits);
                sum += logNormalizer - logits[target] + zLoss * logNormalizer * logNormalizer;
            }
        }

        if (config.Experts > 0)
        {
            var (balance, z) = RouterLosses();
            sum += tokens.Count * (config.LoadBalancingCoefficient * balance + config.RouterZLossCoefficient * z);
        }

        return sum;
    }

    /// <summary>Router logits of the last pass: layer's name and one list a token, in order.</summary>
    public List<(string Layer, double[] Logits)> RouterLogits { get; } = [];

    private double[][] Attention(double[][] x, string name)
    {
        var queries = x.Select((row, t) => Rotate(Clip(QkNorm(Multiply(weights[name + ".q_proj.weight"], row), name + ".q_norm")), t)).ToArray();
        var keys = x.Select((row, t) => Rotate(Clip(QkNorm(Multiply(weights[name + ".k_proj.weight"], row), name + ".k_norm")), t)).ToArray();
        var values = x.Select(row => Clip(Multiply(weights[name + ".v_proj.weight"], row))).ToArray();
        var results = new double[x.Length][];
        for (var t = 0; t < x.Length; t++)
        {
            var joined = new double[config.Heads * _headSize];
            for (var head = 0; head < config.Heads; head++)
            {
                // Consecutive query heads share a key and value head.
                var shared = head / (config.Heads / _keyValueHeads);
                var scores = new double[t + 1];
                for (var s = 0; s <= t; s++)
                {
                    for (var i = 0; i < _headSize; i++)
                    {
                        scores[s] += queries[t][head * _headSize + i] * keys[s][shared * _headSize + i];
                    }

                    scores[s] /= Math.Sqrt(_headSize);
                }

                var normalizer = LogSumExp(scores);
                for (var s = 0; s <= t; s++)
                {
                    for (var i = 0; i < _headSize; i++)
                    {
                        joined[head * _headSize + i] += Math.Exp(scores[s] - normalizer) * values[s][shared * _headSize + i];
                    }
                }
            }

            results[t] = Multiply(weights[name + ".o_proj.weight"], joined);
        }

        return results;
    }

    private double[] FeedForward(double[] x, string name)
    {
        if (config.Experts == 0)
        {
            return SwiGlu(x, name);
        }

        var logits = Multiply(weights[name + ".gate.weight"], x);
        RouterLogits.Add((name, logits));
        var normalizer = LogSumExp(logits);
        double[] probabilities = [.. logits.Select(logit => Math.Exp(logit - normalizer))];
        int[] chosen = [.. Enumerable.Range(0, config.Experts).OrderByDescending(expert => probabilities[expert]).Take(config.ExpertsPerToken)];
        var divisor = config.RenormaliseExpertWeights ? chosen.Sum(expert => probabilities[expert]) : 1;
        return chosen.Aggregate(
            new double[x.Length],
            (sum, expert) => Add(sum, [.. SwiGlu(x, $"{name}.experts.{expert}").Select(v => v * probabilities[expert] / divisor)]));
    }

    /// <summary>(load-balancing loss, z-loss), each a mean over layers, of the router logits of the last pass.</summary>
    private (double Balance, double Z) RouterLosses()
    {
        double balance = 0, z = 0;
        foreach (var layer in RouterLogits.GroupBy(routed => routed.Layer, routed => routed.Logits))
        {
            double[] choices = new double[config.Experts], probability = new double[config.Experts];
            foreach (var logits in layer)
            {
                var normalizer = LogSumExp(logits);
                z += normalizer * normalizer / layer.Count() / config.Layers;
                foreach (var (expert, rank) in Enumerable.Range(0, config.Experts).OrderByDescending(expert => logits[expert]).Select((expert, rank) => (expert, rank)))
                {
                    choices[expert] += rank < config.ExpertsPerToken ? 1.0 / (layer.Count() * config.ExpertsPerToken) : 0;
                    probability[expert] += Math.Exp(logits[expert] - normalizer) / layer.Count();
                }
            }

            balance += config.Experts * choices.Zip(probability, (f, p) => f * p).Sum() / config.Layers;
        }

        return (balance, z);
    }

    private double[] SwiGlu(double[] x, string name)
    {
        double[] gate = Multiply(weights[name + ".gate_proj.weight"], x), up = Multiply(weights[name + ".up_proj.weight"], x);
        return Multiply(weights[name + ".down_proj.weight"], [.. gate.Zip(up, (g, u) => g / (1 + Math.Exp(-g)) * u)]);
    }

    /// <summary>Element i of a head and element i + head size / 2 turn together by position · frequency i.</summary>
    private double[] Rotate(double[] heads, int position)
    {
        var rotated = new double[heads.Length];
        var (frequencies, factor) = Frequencies(config);
        for (var i = 0; i < heads.Length; i++)
        {
            var (inHead, half) = (i % _headSize, _headSize / 2);
            var angle = position * frequencies[inHead % half];
            var other = inHead < half ? -heads[i + half] : heads[i - half];
            rotated[i] = factor * (heads[i] * Math.Cos(angle) + other * Math.Sin(angle));
        }

        return rotated;
    }

    /// <summary>
    /// Radians a position of every pair of dimensions, and the factor of what is rotated: each type as its paper or the documentation of
    /// transformers writes it down.
    /// </summary>
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

    private double[] Norm(double[] x, string name)
    {
        if (config.Norm == NormKind.RmsNorm)
        {
            return RmsNorm(x, weights[name + ".weight"]);
        }

        var mean = x.Average();
        var variance = x.Average(v => (v - mean) * (v - mean));
        return [.. x.Select(v => (v - mean) / Math.Sqrt(variance + config.NormEpsilon))];
    }

    private double[] QkNorm(double[] x, string name) => config.QkNorm ? RmsNorm(x, weights[name + ".weight"]) : x;

    private double[] Clip(double[] x) => config.ClipQkv is { } limit ? [.. x.Select(v => Math.Min(limit, Math.Max(-limit, v)))] : x;

    private double[] RmsNorm(double[] x, double[] weight)
    {
        var rms = Math.Sqrt(x.Sum(v => v * v) / x.Length + config.NormEpsilon);
        return [.. x.Select((v, i) => weight[i] * v / rms)];
    }

    /// <summary>Weight [out, in] times x [in].</summary>
    private static double[] Multiply(double[] weight, double[] x)
    {
        var result = new double[weight.Length / x.Length];
        for (var i = 0; i < weight.Length; i++)
        {
            result[i / x.Length] += weight[i] * x[i % x.Length];
        }

        return result;
    }

    private static double[] Add(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];

    private static double LogSumExp(double[] x)
    {
        var largest = x.Max();
        return largest + Math.Log(x.Sum(v => Math.Exp(v - largest)));
    }
}
