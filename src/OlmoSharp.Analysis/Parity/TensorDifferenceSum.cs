namespace OlmoSharp.Analysis.Parity;

/// <summary>Adds up the differences of two tensors piece by piece, in float64.</summary>
internal struct TensorDifferenceSum
{
    private long _count;
    private double _maximum, _absolute, _squared, _product, _firstSquared, _secondSquared;

    /// <summary>Adds elements at the same places of both.</summary>
    public void Add(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        for (var i = 0; i < first.Length; i++)
        {
            double a = first[i], b = second[i];
            // Equal infinities, and two NaNs, are no difference.
            var difference = a.Equals(b) ? 0 : Math.Abs(a - b);
            _maximum = Math.Max(_maximum, difference);
            _absolute += difference;
            _squared += difference * difference;
            _product += a * b;
            _firstSquared += a * a;
            _secondSquared += b * b;
        }

        _count += first.Length;
    }

    /// <summary>The result.</summary>
    public readonly TensorDifference Result(string name, string? firstDtype, string? secondDtype)
    {
        var lengths = Math.Sqrt(_firstSquared) * Math.Sqrt(_secondSquared);
        return new(
            name,
            firstDtype,
            secondDtype,
            _count,
            _maximum,
            _count == 0 ? 0 : _absolute / _count,
            _squared == 0 ? 0 : Math.Sqrt(_squared) / Math.Sqrt(_firstSquared),
            _squared == 0 ? 1 : lengths == 0 ? 0 : Math.Clamp(_product / lengths, -1, 1));
    }
}
