using OlmoSharp.Torch.Operators;
using TorchSharp;
using static TorchSharp.torch;

namespace OlmoSharp.Models.Layers;

/// <summary>Causal multi-head attention with rotary positions, with QK-norm or clipped projections where the config says so.</summary>
internal sealed class Attention
{
    private readonly int _layer;
    private readonly AttentionShape _shape;
    private readonly double _epsilon;
    private readonly double? _clip;
    private readonly Parameter _input;
    private readonly Parameter _output;
    private readonly Parameter? _queryNorm;
    private readonly Parameter? _keyNorm;

    /// <summary>Describes the parameters of one layer's attention and adds them to the model's.</summary>
    public Attention(ModelConfig config, int layer, List<Parameter> parameters)
    {
        _layer = layer;
        _shape = new(config.Heads, config.EffectiveKeyValueHeads, config.HeadSize);
        _epsilon = config.NormEpsilon;
        _clip = config.ClipQkv;
        var name = $"model.layers.{layer}.self_attn";
        _input = new($"{name}.qkv_proj.weight", [_shape.Width, config.HiddenSize], decays: true, initialisedToOne: false,
            new($"{name}.q_proj.weight", 0, _shape.QueryWidth),
            new($"{name}.k_proj.weight", _shape.QueryWidth, _shape.KeyValueWidth),
            new($"{name}.v_proj.weight", _shape.QueryWidth + _shape.KeyValueWidth, _shape.KeyValueWidth));
        parameters.Add(_input);
        if (config.QkNorm)
        {
            _queryNorm = new($"{name}.q_norm.weight", [_shape.QueryWidth], decays: true, initialisedToOne: true);
            _keyNorm = new($"{name}.k_norm.weight", [_shape.KeyValueWidth], decays: true, initialisedToOne: true);
            parameters.AddRange([_queryNorm, _keyNorm]);
        }

        _output = new($"{name}.o_proj.weight", [config.HiddenSize, _shape.QueryWidth], decays: true, initialisedToOne: false);
        parameters.Add(_output);
    }

    /// <summary>Attends.</summary>
    /// <param name="x">[batch, sequence, hidden].</param>
    /// <param name="rotary">Position tables.</param>
    /// <param name="parts">The parts of x along its sequence that are sequences of their own, each with its earlier positions; null where x is whole sequences from position 0.</param>
    /// <returns>[batch, sequence, hidden].</returns>
    public Tensor Forward(Tensor x, RotaryEmbedding rotary, IReadOnlyList<CachedPart>? parts)
    {
        var projection = Linear.Apply(x, _input);
        var (queryNorm, keyNorm) = (_queryNorm, _keyNorm);
        if (_clip is { } limit)
        {
            // Hugging Face's OLMoE clips what QK-norm gives, which the fused operator would not.
            using Scalar low = -limit, high = limit;
            projection = Normalised(projection).clamp(low, high);
            (queryNorm, keyNorm) = (null, null);
        }

        if (parts is null or [_])
        {
            return Linear.Apply(Attend(projection, rotary, parts?[0].Cache, queryNorm, keyNorm), _output);
        }

        var attended = new List<Tensor>(parts.Count);
        var begin = 0L;
        foreach (var (cache, length) in parts)
        {
            attended.Add(Attend(projection.narrow(1, begin, length), rotary, cache, queryNorm, keyNorm));
            begin += length;
        }

        return Linear.Apply(cat(attended, 1), _output);
    }

    /// <summary>Of projections [batch, sequence, query, key and value columns], what their queries see: [batch, sequence, query width].</summary>
    private Tensor Attend(Tensor projection, RotaryEmbedding rotary, KeyValueCache? cache, Parameter? queryNorm, Parameter? keyNorm)
    {
        var start = cache?.Length ?? 0;
        var length = projection.shape[1];
        var (cosine, sine) = rotary.Tables(start + length);
        var (query, key, value) = FusedRotaryAttentionInput.Apply(
            projection, _shape, cosine, sine, start, queryNorm?.Wide, keyNorm?.Wide, _epsilon);
        if (cache is not null)
        {
            (key, value) = cache.Append(_layer, key, value);
        }

        var positions = key.shape[1];
        var square = length == positions;
        // One new position sees all; several after a cached prefix need the causal mask's lower right corner.
        var mask = square || length == 1 ? null : ones(length, positions, dtype: ScalarType.Bool, device: projection.device).tril(start);
        var attended = nn.functional.scaled_dot_product_attention(
            query.transpose(1, 2), PerQueryHead(key).transpose(1, 2), PerQueryHead(value).transpose(1, 2), mask, is_casual: square && length > 1);
        return attended.transpose(1, 2).reshape(projection.shape[0], length, _shape.QueryWidth);
    }

    /// <summary>QK-norm alone, over the columns of queries and keys; the projection itself where there is none.</summary>
    private Tensor Normalised(Tensor projection)
    {
        if (_queryNorm is null || _keyNorm is null)
        {
            return projection;
        }

        var parts = projection.split([_shape.QueryWidth, _shape.KeyValueWidth, _shape.KeyValueWidth], -1);
        return cat([FusedRmsNorm.Apply(parts[0], _queryNorm.Wide, _epsilon), FusedRmsNorm.Apply(parts[1], _keyNorm.Wide, _epsilon), parts[2]], -1);
    }

    /// <summary>Grouped-query attention: repeats each key-value head for the query heads that share it.</summary>
    private Tensor PerQueryHead(Tensor heads)
    {
        var shares = _shape.Heads / _shape.KeyValueHeads;
        return shares == 1 ? heads : heads.repeat_interleave(shares, dim: 2);
    }
}
