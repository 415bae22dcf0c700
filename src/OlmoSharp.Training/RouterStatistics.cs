using OlmoSharp.Models;
using static TorchSharp.torch;

namespace OlmoSharp.Training;

/// <summary>What the routers of a sparse model did in one step, over all of its micro-batches.</summary>
/// <param name="LoadBalancingLoss">Mean over micro-batches of <see cref="Routing.LoadBalancingLoss"/>, which is what training lowers; without its coefficient.</param>
/// <param name="RouterZLoss">Mean over tokens and layers of logsumexp(router logits)²; without its coefficient.</param>
/// <param name="Layers">Each sparse layer, first to last.</param>
public sealed record RouterStatistics(double LoadBalancingLoss, double RouterZLoss, IReadOnlyList<RouterLayerStatistics> Layers)
{
    /// <summary>Adds up micro-batches; those with more tokens weigh more.</summary>
    internal sealed class Accumulator
    {
        private readonly List<(int Layer, double[] Load, double Entropy)> _layers = [];
        private double _tokens;
        private double _balance;
        private double _z;

        /// <summary>Takes the decisions of one micro-batch.</summary>
        public void Add(Routing routing)
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            double tokens = routing.Layers[0].Tokens;
            _tokens += tokens;
            _balance += tokens * routing.LoadBalancingLoss().item<float>();
            _z += tokens * routing.RouterZLoss().item<float>();
            for (var i = 0; i < routing.Layers.Count; i++)
            {
                var layer = routing.Layers[i];
                if (i == _layers.Count)
                {
                    _layers.Add((layer.Layer, new double[layer.ExpertLoad.Count], 0));
                }

                var (number, load, entropy) = _layers[i];
                for (var expert = 0; expert < load.Length; expert++)
                {
                    load[expert] += tokens * layer.ExpertLoad[expert];
                }

                _layers[i] = (number, load, entropy + tokens * layer.MeanEntropy());
            }
        }

        /// <summary>The means of what was added.</summary>
        public RouterStatistics Result() => new(
            _balance / _tokens,
            _z / _tokens,
            [.. _layers.Select(layer => new RouterLayerStatistics(layer.Layer, [.. layer.Load.Select(load => load / _tokens)], layer.Entropy / _tokens))]);
    }
}
