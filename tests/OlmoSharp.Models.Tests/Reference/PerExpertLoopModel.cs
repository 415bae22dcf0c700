using static TorchSharp.torch;

namespace OlmoSharp.Models.Tests.Reference;

/// <summary>
/// OLMoE's training loss from libtorch's standard operators and their own derivatives, as one writes it first: an operator for each step
/// of the formula, and a loop over experts that gathers the tokens of each and adds its results back. Weights are those of a Hugging Face
/// checkpoint, by name; everything is computed in their dtype. The benchmark of sparse training measures it as the peer.
/// </summary>
internal sealed class PerExpertLoopModel(ModelConfig config, IReadOnlyDictionary<string, Tensor> weights)
{
    /// <summary>Mean over all tokens of the training loss, router losses included.</summary>
    /// <param name="tokens">[batch, sequence], int64.</param>
    /// <param name="targets">[batch, sequence], int64.</param>
    /// <param name="zLoss">Weight of logsumexp(logits)².</param>
    public Tensor Loss(Tensor tokens, Tensor targets, double zLoss)
    {
        using var scope = NewDisposeScope();
        var x = weights["model.embed_tokens.weight"].index_select(0, tokens.flatten()).view(tokens.shape[0], tokens.shape[1], -1);
        List<Tensor> balances = [], routerZLosses = [];
        for (var layer = 0; layer < config.Layers; layer++)
        {
            using var inner = NewDisposeScope();
            var name = $"model.layers.{layer}";
            var h = x + Attention(RmsNorm(x, name + ".input_layernorm"), name + ".self_attn");
            var (experts, balance, routerZLoss) = FeedForward(RmsNorm(h, name + ".post_attention_layernorm"), layer);
            x = (h + experts).MoveToOuterDisposeScope();
            balances.Add(balance.MoveToOuterDisposeScope());
            routerZLosses.Add(routerZLoss.MoveToOuterDisposeScope());
        }

        var logits = Linear(RmsNorm(x, "model.norm"), "lm_head").view(-1, config.VocabularySize);
        var loss = nn.functional.cross_entropy(logits, targets.flatten()) + zLoss * logits.logsumexp(-1).square().mean()
            + config.LoadBalancingCoefficient * stack(balances).mean() + config.RouterZLossCoefficient * stack(routerZLosses).mean();
        return loss.MoveToOuterDisposeScope();
    }

    /// <summary>A sparse layer: its output, in the shape of <paramref name="x"/> [batch, sequence, hidden], and its two router losses.</summary>
    public (Tensor Output, Tensor Balance, Tensor RouterZLoss) FeedForward(Tensor x, int layer)
    {
        using var scope = NewDisposeScope();
        var name = $"model.layers.{layer}.mlp";
        var tokens = x.view(-1, config.HiddenSize);
        var logits = Linear(tokens, name + ".gate");
        var probabilities = nn.functional.softmax(logits, -1);
        var (shares, choices) = probabilities.topk(config.ExpertsPerToken, -1);
        if (config.RenormaliseExpertWeights)
        {
            shares = shares / shares.sum(-1, keepdim: true);
        }

        var output = zeros_like(tokens);
        var balance = zeros(1, x.dtype);
        for (var expert = 0; expert < config.Experts; expert++)
        {
            using var inner = NewDisposeScope();
            var at = choices.eq(expert).nonzero();
            var (rows, ranks) = (at.select(1, 0), at.select(1, 1));
            var chosen = tokens.index_select(0, rows);
            var gated = nn.functional.silu(Linear(chosen, $"{name}.experts.{expert}.gate_proj")) * Linear(chosen, $"{name}.experts.{expert}.up_proj");
            var weighted = Linear(gated, $"{name}.experts.{expert}.down_proj") * shares.index([rows, ranks]).unsqueeze(1);
            output = output.index_add(0, rows, weighted, 1).MoveToOuterDisposeScope();
            var fraction = (double)rows.shape[0] / choices.numel();
            balance = (balance + config.Experts * fraction * probabilities.select(1, expert).mean()).MoveToOuterDisposeScope();
        }

        return (
            output.view(x.shape).MoveToOuterDisposeScope(), balance.sum().MoveToOuterDisposeScope(),
            logits.logsumexp(-1).square().mean().MoveToOuterDisposeScope());
    }

    private Tensor Attention(Tensor x, string name)
    {
        var query = Rotate(Heads(RmsNorm(Linear(x, name + ".q_proj"), name + ".q_norm")));
        var key = Rotate(Heads(RmsNorm(Linear(x, name + ".k_proj"), name + ".k_norm")));
        var value = Heads(Linear(x, name + ".v_proj"));
        var attended = nn.functional.scaled_dot_product_attention(query, key, value, is_casual: true);
        return Linear(attended.transpose(1, 2).reshape(x.shape), name + ".o_proj");

        Tensor Heads(Tensor projection) => projection.view(x.shape[0], x.shape[1], config.Heads, -1).transpose(1, 2);
    }

    /// <summary>Element i of a head and element i + head size / 2 turn together by position · θ^(−2i / head size).</summary>
    private Tensor Rotate(Tensor heads)
    {
        var exponents = arange(0, config.HeadSize, 2, dtype: ScalarType.Float64) / config.HeadSize;
        var angles = outer(arange(0, heads.shape[2], dtype: ScalarType.Float64), pow(config.RopeTheta, -exponents));
        var (cosine, sine) = (angles.cos().to_type(heads.dtype), angles.sin().to_type(heads.dtype));
        var halves = heads.chunk(2, -1);
        return cat([halves[0] * cosine - halves[1] * sine, halves[1] * cosine + halves[0] * sine], -1);
    }

    private Tensor RmsNorm(Tensor x, string name)
        => x * (x.square().mean([-1L], keepdim: true) + config.NormEpsilon).rsqrt() * weights[name + ".weight"];

    private Tensor Linear(Tensor x, string name) => nn.functional.linear(x, weights[name + ".weight"]);
}
