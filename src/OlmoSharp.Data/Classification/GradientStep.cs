namespace OlmoSharp.Data.Classification;

/// <summary>Steps of stochastic gradient descent on the loss −log p(label), as fastText makes them.</summary>
/// <param name="input">A row for each feature.</param>
/// <param name="output">A row for each label.</param>
/// <param name="dimensions">The length of rows.</param>
internal sealed class GradientStep(DenseRows input, DenseRows output, int dimensions)
{
    private readonly float[] _hidden = new float[dimensions];
    private readonly float[] _gradient = new float[dimensions];
    private readonly float[] _scores = new float[output.Rows];

    /// <summary>Makes a step on one text.</summary>
    /// <param name="features">Its features, at least one.</param>
    /// <param name="label">Its label.</param>
    /// <param name="rate">The size of the step.</param>
    /// <returns>The loss before the step.</returns>
    public double Take(ReadOnlySpan<int> features, int label, float rate)
    {
        Array.Clear(_hidden);
        Array.Clear(_gradient);
        input.AddTo(features, null, 0, _hidden);
        var share = (float)(1.0 / features.Length);
        for (var i = 0; i < dimensions; i++)
        {
            _hidden[i] *= share;
        }

        for (var i = 0; i < _scores.Length; i++)
        {
            _scores[i] = VectorMath.Dot(output[i], _hidden);
        }

        ClassifierScorer.Softmax(_scores);
        for (var i = 0; i < _scores.Length; i++)
        {
            var step = rate * ((i == label ? 1 : 0) - _scores[i]);
            VectorMath.AddScaled(output[i], step, _gradient);
            VectorMath.AddScaled(_hidden, step, output[i]);
        }

        foreach (var feature in features)
        {
            VectorMath.AddScaled(_gradient, share, input[feature]);
        }

        // A probability too small for a float is no divergence; one that is no number stays so.
        return -Math.Log(Math.Max(_scores[label], float.Epsilon));
    }
}
