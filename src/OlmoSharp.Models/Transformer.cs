using OlmoSharp.Models.Layers;
using OlmoSharp.Torch.Native;
using OlmoSharp.Torch.Operators;
using static TorchSharp.torch;

namespace OlmoSharp.Models;

/// <summary>A decoder-only language model on one device.</summary>
public sealed class Transformer : IDisposable
{
    private readonly TransformerLayers _layers;
    private readonly RotaryEmbedding _rotary;
    private readonly Device _device;

    /// <summary>Allocates a model with zero weights; see <see cref="Initialize"/>.</summary>
    /// <param name="config">The architecture.</param>
    /// <param name="device">Where it lives; null: the CPU.</param>
    /// <param name="computeType">Dtype of activations; weights are converted to it at each use.</param>
    /// <param name="weightType">Dtype that weights are kept in; training needs float32.</param>
    /// <exception cref="ModelException">The configuration describes no model.</exception>
    public Transformer(ModelConfig config, Device? device = null, ScalarType computeType = ScalarType.Float32, ScalarType weightType = ScalarType.Float32)
    {
        TorchBackend.EnsureLoaded();
        config.Validate();
        Config = config;
        ComputeType = computeType;
        _device = device ?? CPU;
        _layers = new(config);
        Parameters = new(_layers.Parameters, weightType, _device);
        _rotary = new(config, _device);
    }

    /// <summary>The architecture.</summary>
    public ModelConfig Config { get; }

    /// <summary>Dtype of activations.</summary>
    public ScalarType ComputeType { get; }

    /// <summary>Where the weights live and inputs must be.</summary>
    public Device Device => _device;

    /// <summary>The weights.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>The parameters of a model, in the order of the forward pass, without memory for their values.</summary>
    /// <param name="config">The architecture.</param>
    /// <exception cref="ModelException">The configuration describes no model.</exception>
    public static IReadOnlyList<Parameter> Describe(ModelConfig config)
    {
        config.Validate();
        return new TransformerLayers(config).Parameters;
    }

    /// <summary>Draws every matrix from N(0, σ²) cut at 3σ and sets norm weights to one; the same seed gives the same weights.</summary>
    /// <param name="seed">Seed of the draw.</param>
    public void Initialize(long seed)
    {
        using var _ = no_grad();
        using var generator = new Generator((ulong)seed);
        // Inverse of the normal distribution function at uniform points of the part between −3σ and 3σ.
        foreach (var parameter in Parameters.Parameters)
        {
            using var scope = NewDisposeScope();
            if (parameter.InitialisedToOne)
            {
                parameter.Value.fill_(1);
                continue;
            }

            var mass = 0.9973002039367398; // of a normal distribution within 3σ
            var uniform = rand([.. parameter.Shape], ScalarType.Float64, generator: generator) * (2 * mass) - mass;
            parameter.Value.copy_(uniform.erfinv() * (Math.Sqrt(2) * Config.InitializerRange));
        }
    }

    /// <summary>The final hidden states, normalised, ready for the output projection.</summary>
    /// <param name="tokens">[batch, sequence], int64.</param>
    /// <param name="cache">Earlier positions of the same batch, extended by these; null for none.</param>
    /// <param name="routing">Takes the decisions of the layers' routers; null where nobody asks.</param>
    /// <returns>[batch, sequence, hidden]; the caller's scope owns it.</returns>
    public Tensor Hidden(Tensor tokens, KeyValueCache? cache = null, Routing? routing = null)
        => Hidden(tokens, cache is null ? null : [new(cache, (int)tokens.shape[1])], routing);

    /// <summary>The final hidden states of sequences of any lengths that are computed together: the weights are read once for all.</summary>
    /// <param name="tokens">[1, tokens of all parts], int64.</param>
    /// <param name="parts">The parts in their order, each of another sequence; null where the tokens are whole sequences from position 0.</param>
    /// <param name="routing">Takes the decisions of the layers' routers; null where nobody asks.</param>
    /// <returns>[1, tokens of all parts, hidden]; the caller's scope owns it.</returns>
    public Tensor Hidden(Tensor tokens, IReadOnlyList<CachedPart>? parts, Routing? routing = null)
    {
        using var scope = NewDisposeScope();
        var x = Embedding.Apply(_layers.Embedding.Value, tokens).to_type(ComputeType);
        foreach (var block in _layers.Blocks)
        {
            x = block.Forward(x, _rotary, parts, routing);
        }

        var hidden = _layers.FinalNorm.Apply(x);
        // Last, so that after a failure no cache counts what others do not.
        foreach (var (cache, length) in parts ?? [])
        {
            cache.Advance(length);
        }

        return hidden.MoveToOuterDisposeScope();
    }

    /// <summary>Scores of every next token.</summary>
    /// <param name="hidden">[…, hidden] from <see cref="Hidden(Tensor, KeyValueCache?, Routing?)"/>.</param>
    /// <returns>[…, vocabulary].</returns>
    public Tensor Logits(Tensor hidden) => Linear.Apply(hidden, _layers.Head);

    /// <summary>
    /// Next-token loss of a batch, without ever holding all logits. In a sparse model the total includes the router losses, with the
    /// config's coefficients and the weight that the batch's tokens have under <paramref name="scale"/>.
    /// </summary>
    /// <param name="tokens">[batch, sequence], int64.</param>
    /// <param name="targets">[batch, sequence], int64: the token that follows each, or <see cref="LinearCrossEntropy.IgnoredTarget"/>.</param>
    /// <param name="scale">Factor of the sum over targets.</param>
    /// <param name="zLossCoefficient">Weight of logsumexp(logits)².</param>
    /// <param name="routing">Takes the decisions of the layers' routers; null where nobody asks.</param>
    public LinearCrossEntropyResult Loss(Tensor tokens, Tensor targets, double scale, double zLossCoefficient, Routing? routing = null)
    {
        using var scope = NewDisposeScope();
        using var unasked = Config.Experts > 0 && routing is null ? new Routing() : null;
        routing ??= unasked;
        var hidden = Hidden(tokens, routing: routing);
        var result = LinearCrossEntropy.Apply(
            hidden.view(-1, Config.HiddenSize), _layers.Head.Value.to_type(hidden.dtype), targets.reshape(-1), scale, zLossCoefficient);
        if (Config.Experts > 0)
        {
            var routerLoss = ScalarArithmetic.Sum(
                ScalarArithmetic.Scale(routing!.LoadBalancingLoss(), Config.LoadBalancingCoefficient), ScalarArithmetic.Scale(routing.RouterZLoss(), Config.RouterZLossCoefficient));
            result = result with { Total = ScalarArithmetic.Sum(result.Total, ScalarArithmetic.Scale(routerLoss, scale * tokens.numel())) };
        }

        scope.MoveToOuter(result.Total, result.CrossEntropy, result.SquaredLogNormalizer);
        return result;
    }

    /// <summary>An empty cache for generation.</summary>
    /// <param name="batch">Sequences.</param>
    /// <param name="capacity">Positions; at most the model's context length.</param>
    public KeyValueCache NewCache(int batch, int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, Config.ContextLength);
        return new(Config, batch, capacity, ComputeType, _device);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Parameters.Dispose();
        _rotary.Dispose();
    }
}
