namespace OlmoSharp.Training;

/// <summary>What one layer's router did in one step.</summary>
/// <param name="Layer">The block, from 0.</param>
/// <param name="ExpertLoad">Share of the tokens' choices that went to each expert; their sum is 1.</param>
/// <param name="Entropy">Mean over tokens of the entropy of the router's probabilities, in nats; ln(experts) at most.</param>
public sealed record RouterLayerStatistics(int Layer, IReadOnlyList<double> ExpertLoad, double Entropy)
{
    /// <summary>The busiest expert's load over the mean load: 1 where all are even, the number of experts where one has all.</summary>
    public double MaximumLoadRatio => ExpertLoad.Max() * ExpertLoad.Count;

    /// <summary>Experts that no token reached.</summary>
    public int IdleExperts => ExpertLoad.Count(load => load == 0);
}
