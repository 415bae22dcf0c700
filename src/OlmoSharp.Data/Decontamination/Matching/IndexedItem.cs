using OlmoSharp.Data.Decontamination.Evaluations;

namespace OlmoSharp.Data.Decontamination.Matching;

/// <summary>An item that is looked for.</summary>
internal sealed class IndexedItem
{
    /// <summary>The place of its set in <see cref="ContaminationIndex.Evaluations"/>.</summary>
    public required int Evaluation { get; init; }

    public required EvaluationItem Item { get; init; }

    /// <summary>The numbers of the question's different n-grams, ascending.</summary>
    public required int[] Ngrams { get; init; }

    /// <summary>What each of them weighs.</summary>
    public required double[] Weights { get; init; }

    /// <summary>The share of the weight that has to be in one place.</summary>
    public required double Threshold { get; init; }

    public required IReadOnlyList<NearbyText> Answers { get; init; }

    public required NearbyText? Passage { get; init; }

    /// <summary>Whether an answer has to be near.</summary>
    public required bool NeedsAnswer { get; init; }

    /// <summary>The share of the weight that some of the n-grams have: exactly 1 if all are there.</summary>
    /// <param name="isThere">Which are.</param>
    public double Share(ReadOnlySpan<bool> isThere)
    {
        var (found, all) = (0.0, 0.0);
        for (var i = 0; i < Weights.Length; i++)
        {
            found += isThere[i] ? Weights[i] : 0;
            all += Weights[i];
        }

        return found / all;
    }

    /// <summary>
    /// Places of the heaviest n-grams of which at least one is wherever enough are: those without any of which the rest would weigh too little. Of equally heavy ones those that come first in an order.
    /// </summary>
    /// <param name="order">The order of all n-grams.</param>
    public IReadOnlyList<int> Anchors(IReadOnlyList<int> order)
    {
        var missing = (1 - Threshold + Tolerance) * Weights.Sum();
        var anchors = new List<int>();
        foreach (var at in order.OrderByDescending(at => Weights[at]))
        {
            anchors.Add(at);
            missing -= Weights[at];
            if (missing < 0)
            {
                break;
            }
        }

        return anchors;
    }

    /// <summary>What rounding may take from a share that is just enough.</summary>
    public const double Tolerance = 1e-9;
}
