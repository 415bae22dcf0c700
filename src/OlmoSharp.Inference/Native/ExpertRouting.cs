using System.Runtime.CompilerServices;

namespace OlmoSharp.Inference.Native;

/// <summary>
/// The choice of experts of a batch of rows (OLMoE: Muennighoff et al. 2025, section 2): softmax of the router's logits in float32, the largest of it, sorted by expert. Equal
/// probabilities go to the expert with the lower number.
/// </summary>
/// <param name="experts">Experts a layer.</param>
/// <param name="choices">Experts a row.</param>
/// <param name="renormalise">Whether the chosen probabilities are scaled to a sum of one.</param>
internal sealed unsafe class ExpertRouting(int experts, int choices, bool renormalise)
{
    private readonly int[] _begins = new int[experts + 1];
    private readonly int[] _filled = new int[experts];
    private int[] _chosen = [];
    private int[] _places = [];
    private float[] _weights = [];

    /// <summary>Where an expert's pairs of row and choice are among all, sorted by expert, and how many.</summary>
    public (int First, int Count) Rows(int expert) => (_begins[expert], _begins[expert + 1] - _begins[expert]);

    /// <summary>The row of each pair, sorted by expert.</summary>
    /// <param name="rowOfPlace">[rows · choices].</param>
    /// <param name="rows">Rows that were chosen for.</param>
    public void WriteRows(int* rowOfPlace, int rows)
    {
        for (var i = 0; i < rows * choices; i++)
        {
            rowOfPlace[_places[i]] = i / choices;
        }
    }

    /// <summary>The weight of a row's choice.</summary>
    public float Weight(int row, int choice) => _weights[row * choices + choice];

    /// <summary>Where a row's choice stands among all pairs, sorted by expert.</summary>
    public int Place(int row, int choice) => _places[row * choices + choice];

    /// <summary>Makes room for the choices of so many rows.</summary>
    public void Require(int rows)
    {
        if (_chosen.Length < rows * choices)
        {
            _chosen = new int[rows * choices];
            _places = new int[rows * choices];
            _weights = new float[rows * choices];
        }
    }

    /// <summary>Sorts the choices of all rows by expert.</summary>
    public void Sort(int rows)
    {
        Array.Clear(_begins);
        for (var i = 0; i < rows * choices; i++)
        {
            _begins[_chosen[i] + 1]++;
        }

        for (var expert = 0; expert < experts; expert++)
        {
            _begins[expert + 1] += _begins[expert];
            _filled[expert] = _begins[expert];
        }

        for (var i = 0; i < rows * choices; i++)
        {
            _places[i] = _filled[_chosen[i]]++;
        }
    }

    /// <summary>Chooses the experts of one row.</summary>
    /// <param name="row">The row; <see cref="Require"/> has made room for it.</param>
    /// <param name="logits">[experts]; overwritten.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Choose(int row, Span<float> logits)
    {
        var first = row * choices;
        var maximum = float.NegativeInfinity;
        foreach (var logit in logits)
        {
            maximum = MathF.Max(maximum, logit);
        }

        var sum = 0f;
        foreach (ref var logit in logits)
        {
            logit = MathF.Exp(logit - maximum);
            sum += logit;
        }

        var chosenSum = 0f;
        for (var choice = 0; choice < choices; choice++)
        {
            // What is not a number is never chosen; with nothing else left, the lowest expert that is free is.
            var best = -1;
            for (var expert = 0; expert < experts; expert++)
            {
                if (!float.IsNegativeInfinity(logits[expert]) && (best < 0 || logits[expert] > logits[best]))
                {
                    best = expert;
                }
            }

            _chosen[first + choice] = best;
            _weights[first + choice] = logits[best] / sum;
            chosenSum += logits[best] / sum;
            logits[best] = float.NegativeInfinity;
        }

        if (renormalise)
        {
            for (var choice = 0; choice < choices; choice++)
            {
                _weights[first + choice] /= chosenSum;
            }
        }
    }
}
