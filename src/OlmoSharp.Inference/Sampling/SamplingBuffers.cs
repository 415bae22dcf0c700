namespace OlmoSharp.Inference.Sampling;

/// <summary>
/// What choosing a token writes and does not need afterwards. With a large vocabulary it is some megabytes, which the texts of one thread may share.
/// </summary>
internal sealed class SamplingBuffers
{
    private float[] _adjusted = [];

    /// <summary>Finds the border of the most probable tokens.</summary>
    public RankSelection Selection { get; } = new();

    /// <summary>Takes the distribution of a token that is drawn at once.</summary>
    public TokenDistribution Distribution { get; } = new();

    /// <summary>Computes log-probabilities.</summary>
    public LogProbabilityReader LogProbabilities { get; } = new();

    /// <summary>Room for logits that are changed.</summary>
    public float[] Adjusted(int count)
    {
        if (_adjusted.Length != count)
        {
            _adjusted = new float[count];
        }

        return _adjusted;
    }
}
