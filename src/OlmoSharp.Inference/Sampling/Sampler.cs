using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace OlmoSharp.Inference.Sampling;

/// <summary>Chooses the tokens of one sequence. For one thread at a time.</summary>
public sealed class Sampler
{
    private readonly SamplingOptions _options;
    private readonly SamplingBuffers _buffers;
    private readonly SeenTokens? _seen;
    private readonly KeyValuePair<int, double>[] _bias;
    private RandomStream _random;

    /// <summary>Starts a sequence of choices.</summary>
    /// <param name="options">How to choose.</param>
    /// <param name="sample">Which of the samples that share the options' seed.</param>
    /// <exception cref="InferenceException">An option is out of range.</exception>
    public Sampler(SamplingOptions options, int sample = 0)
        : this(options, sample, new())
    {
    }

    /// <summary>Starts a sequence of choices in buffers that others of the same thread may use too.</summary>
    internal Sampler(SamplingOptions options, int sample, SamplingBuffers buffers)
    {
        options.Validate();
        (_options, _buffers) = (options, buffers);
        _random = new(options.Seed, sample);
        _bias = [.. options.LogitBias];
        _seen = options is { RepetitionPenalty: 1, PresencePenalty: 0, FrequencyPenalty: 0 } ? null : new();
    }

    /// <summary>Notes the prompt, whose tokens the repetition penalty counts.</summary>
    public void AddPrompt(IEnumerable<int> ids)
    {
        if (_seen is not null)
        {
            foreach (var id in ids)
            {
                _seen.AddPrompt(id);
            }
        }
    }

    /// <summary>Chooses the next token and counts it for penalties.</summary>
    /// <param name="logits">[vocabulary]; tokens with −∞ are never chosen.</param>
    /// <exception cref="InferenceException">A logit is NaN or +∞, or no token may be chosen.</exception>
    public int Choose(ReadOnlySpan<float> logits) => Choose(logits, [], []);

    /// <summary>Chooses the next token among those allowed and counts it for penalties.</summary>
    /// <param name="logits">[vocabulary].</param>
    /// <param name="allowed">A bit for every token; empty: all are allowed.</param>
    /// <param name="alsoAllowed">Ids that are allowed whatever their bits say.</param>
    internal int Choose(ReadOnlySpan<float> logits, ReadOnlySpan<ulong> allowed, ReadOnlySpan<int> alsoAllowed)
    {
        Shape(logits, allowed, alsoAllowed, _buffers.Distribution);
        var id = Draw(_buffers.Distribution);
        Count(id);
        return id;
    }

    /// <summary>Counts a token for penalties, as if it had been chosen.</summary>
    internal void Count(int id) => _seen?.Add(id);

    /// <summary>Takes back <see cref="Count"/>.</summary>
    internal void Uncount(int id) => _seen?.Remove(id);

    /// <summary>Draws a token without counting it.</summary>
    internal int Draw(TokenDistribution distribution) => distribution.Count == 1 ? distribution.Ids[0] : distribution.Draw(ref _random);

    /// <summary>Draws from what <paramref name="distribution"/> has beyond another; see <see cref="TokenDistribution.DrawBeyond"/>.</summary>
    internal int DrawBeyond(TokenDistribution distribution, TokenDistribution other) => distribution.DrawBeyond(other, ref _random);

    /// <summary>True with a probability.</summary>
    internal bool Decide(double probability) => probability >= 1 || _random.NextDouble() < probability;

    /// <summary>Computes the distribution that the next token is drawn from.</summary>
    internal void Shape(ReadOnlySpan<float> logits, ReadOnlySpan<ulong> allowed, ReadOnlySpan<int> alsoAllowed, TokenDistribution distribution)
    {
        logits = Adjust(logits, allowed, alsoAllowed);
        var largest = Largest(logits);
        if (_options.Temperature == 0)
        {
            distribution.SetOnly(logits.IndexOf(largest));
            return;
        }

        if (_options.TopK > 0 && _options.TopK < logits.Length)
        {
            TakeFirst(logits, _options.TopK, distribution);
        }
        else
        {
            TakeAll(logits, distribution);
        }

        distribution.Total = ProbabilityWeights.Fill(distribution.Logits, largest, _options.Temperature, distribution.Weights);
        if (_options.TopP < 1)
        {
            TakeNucleus(distribution);
        }

        if (_options.MinP > 0)
        {
            var least = (ulong)Math.Ceiling(_options.MinP * ProbabilityWeights.Largest);
            Keep(distribution, least);
        }
    }

    /// <summary>The logits after penalties, bias and constraint, in a buffer unless nothing changes them.</summary>
    private ReadOnlySpan<float> Adjust(ReadOnlySpan<float> logits, ReadOnlySpan<ulong> allowed, ReadOnlySpan<int> alsoAllowed)
    {
        if (_seen is null && _bias.Length == 0 && allowed.IsEmpty)
        {
            return logits;
        }

        var adjusted = _buffers.Adjusted(logits.Length);
        logits.CopyTo(adjusted);
        _seen?.Penalize(adjusted, _options);
        foreach (var (id, bias) in _bias)
        {
            if (id >= logits.Length)
            {
                throw new InferenceException($"logit bias is given for token {id}, but the vocabulary has {logits.Length}");
            }

            adjusted[id] = (float)(adjusted[id] + bias);
        }

        if (!allowed.IsEmpty)
        {
            Restrict(adjusted, allowed, alsoAllowed);
        }

        return adjusted;
    }

    private static void Restrict(Span<float> logits, ReadOnlySpan<ulong> allowed, ReadOnlySpan<int> alsoAllowed)
    {
        Span<float> kept = alsoAllowed.Length <= 64 ? stackalloc float[alsoAllowed.Length] : new float[alsoAllowed.Length];
        for (var i = 0; i < alsoAllowed.Length; i++)
        {
            kept[i] = logits[alsoAllowed[i]];
        }

        for (var start = 0; start < logits.Length; start += 64)
        {
            var block = logits.Slice(start, Math.Min(64, logits.Length - start));
            var forbidden = ~allowed[start / 64];
            if (forbidden == ulong.MaxValue)
            {
                block.Fill(float.NegativeInfinity);
                continue;
            }

            for (; forbidden != 0; forbidden &= forbidden - 1)
            {
                var place = BitOperations.TrailingZeroCount(forbidden);
                if (place < block.Length)
                {
                    block[place] = float.NegativeInfinity;
                }
            }
        }

        for (var i = 0; i < alsoAllowed.Length; i++)
        {
            logits[alsoAllowed[i]] = kept[i];
        }
    }

    /// <summary>The largest logit; throws where there is none or one is not a number.</summary>
    internal static float Largest(ReadOnlySpan<float> logits)
    {
        var largest = float.NegativeInfinity;
        var isNumber = true;
        var blocks = MemoryMarshal.Cast<float, Vector256<float>>(logits);
        if (!blocks.IsEmpty)
        {
            var (best, numbers) = (Vector256.Create(float.NegativeInfinity), Vector256<float>.AllBitsSet);
            foreach (var block in blocks)
            {
                numbers &= Vector256.Equals(block, block);
                best = Vector256.ConditionalSelect(Vector256.GreaterThan(block, best), block, best);
            }

            isNumber = Vector256.EqualsAll(numbers.AsUInt32(), Vector256<uint>.AllBitsSet);
            for (var i = 0; i < Vector256<float>.Count; i++)
            {
                largest = Math.Max(largest, best[i]);
            }
        }

        foreach (var logit in logits[(blocks.Length * Vector256<float>.Count)..])
        {
            isNumber &= !float.IsNaN(logit);
            largest = logit > largest ? logit : largest;
        }

        return !isNumber || float.IsPositiveInfinity(largest)
            ? throw new InferenceException("the model's logits are not numbers (NaN or +∞): its weights are damaged, or too large for the type it computes in")
            : float.IsNegativeInfinity(largest)
            ? throw new InferenceException("no token may be chosen: logit bias or the output constraint forbids all")
            : largest;
    }

    private void TakeFirst(ReadOnlySpan<float> logits, int count, TokenDistribution distribution)
    {
        var border = _buffers.Selection.Find(logits, [], (ulong)count);
        distribution.Resize(count);
        var ids = distribution.Ids;
        var kept = distribution.Logits;
        var end = 0;
        for (var id = 0; end < count; id++)
        {
            if (border.Takes(logits[id]))
            {
                ids[end] = id;
                kept[end++] = logits[id];
            }
        }
    }

    private static void TakeAll(ReadOnlySpan<float> logits, TokenDistribution distribution)
    {
        distribution.Resize(logits.Length);
        logits.CopyTo(distribution.Logits);
        var ids = distribution.Ids;
        for (var id = 0; id < ids.Length; id++)
        {
            ids[id] = id;
        }
    }

    private void TakeNucleus(TokenDistribution distribution)
    {
        var target = Math.Clamp((ulong)Math.Ceiling(_options.TopP * distribution.Total), 1, distribution.Total);
        var border = _buffers.Selection.Find(distribution.Logits, distribution.Weights, target);
        var ids = distribution.Ids;
        var logits = distribution.Logits;
        var weights = distribution.Weights;
        var end = 0;
        var total = 0UL;
        for (var i = 0; i < ids.Length; i++)
        {
            if (border.Takes(logits[i]))
            {
                (ids[end], logits[end], weights[end]) = (ids[i], logits[i], weights[i]);
                total += weights[end++];
            }
        }

        (distribution.Count, distribution.Total) = (end, total);
    }

    private static void Keep(TokenDistribution distribution, ulong least)
    {
        var ids = distribution.Ids;
        var weights = distribution.Weights;
        var end = 0;
        var total = 0UL;
        for (var i = 0; i < ids.Length; i++)
        {
            if (weights[i] >= least)
            {
                (ids[end], weights[end]) = (ids[i], weights[i]);
                total += weights[end++];
            }
        }

        (distribution.Count, distribution.Total) = (end, total);
    }
}
