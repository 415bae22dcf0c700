namespace OlmoSharp.Inference.Sampling;

/// <summary>The tokens that may be chosen and their weights, in the order of their ids. Its buffers are used again and again.</summary>
internal sealed class TokenDistribution
{
    private int[] _ids = [];
    private float[] _logits = [];
    private ulong[] _weights = [];

    /// <summary>Tokens in it.</summary>
    public int Count { get; set; }

    /// <summary>The sum of the weights; above 0.</summary>
    public ulong Total { get; set; }

    /// <summary>The ids, ascending.</summary>
    public Span<int> Ids => _ids.AsSpan(0, Count);

    /// <summary>The logits before temperature.</summary>
    public Span<float> Logits => _logits.AsSpan(0, Count);

    /// <summary>The weights; see <see cref="ProbabilityWeights"/>.</summary>
    public Span<ulong> Weights => _weights.AsSpan(0, Count);

    /// <summary>Sets the number of tokens; what they are is then to be written.</summary>
    public void Resize(int count)
    {
        if (_ids.Length < count)
        {
            _ids = new int[count];
            _logits = new float[count];
            _weights = new ulong[count];
        }

        Count = count;
    }

    /// <summary>Leaves one token only.</summary>
    public void SetOnly(int id)
    {
        Resize(1);
        (_ids[0], _weights[0], Total) = (id, ProbabilityWeights.Largest, ProbabilityWeights.Largest);
    }

    /// <summary>The probability of a token.</summary>
    public double Probability(int id)
    {
        var place = Ids.BinarySearch(id);
        return place < 0 ? 0 : (double)_weights[place] / Total;
    }

    /// <summary>Draws a token.</summary>
    public int Draw(ref RandomStream random)
    {
        var point = random.Next(Total);
        var weights = Weights;
        var place = 0;
        while (point >= weights[place])
        {
            point -= weights[place++];
        }

        return _ids[place];
    }

    /// <summary>Draws from max(0, this − other), normalised: what is left when <paramref name="other"/> has proposed and was refused.</summary>
    /// <param name="other">A distribution that gives some token more than this does.</param>
    /// <param name="random">The stream of the draw.</param>
    public int DrawBeyond(TokenDistribution other, ref RandomStream random)
    {
        var mass = 0.0;
        var place = 0;
        for (var i = 0; i < Count; i++)
        {
            mass += Excess(i, other, ref place);
        }

        var point = random.NextDouble() * mass;
        var last = 0;
        place = 0;
        for (var i = 0; i < Count; i++)
        {
            var excess = Excess(i, other, ref place);
            if (excess > 0)
            {
                last = i;
                if ((point -= excess) < 0)
                {
                    break;
                }
            }
        }

        return _ids[last];
    }

    /// <summary>How much more probable the token at a place is here than in another distribution, in which <paramref name="place"/> follows the ids.</summary>
    private double Excess(int i, TokenDistribution other, ref int place)
    {
        while (place < other.Count && other._ids[place] < _ids[i])
        {
            place++;
        }

        var theirs = place < other.Count && other._ids[place] == _ids[i] ? (double)other._weights[place] / other.Total : 0;
        return Math.Max(0, (double)_weights[i] / Total - theirs);
    }
}
