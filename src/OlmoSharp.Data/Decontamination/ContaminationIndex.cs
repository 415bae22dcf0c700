using System.Collections.Concurrent;
using OlmoSharp.Data.Decontamination.Config;
using OlmoSharp.Data.Decontamination.Evaluations;
using OlmoSharp.Data.Decontamination.Matching;

namespace OlmoSharp.Data.Decontamination;

/// <summary>
/// The n-grams of evaluation sets, to find their items in texts. Words are compared without regard to case, punctuation and white space.
/// </summary>
/// <remarks>
/// After decon, the tool of the later OLMo family (<c>allenai/decon</c>, <c>doc/simple.md</c>): n-grams lead to items, a match is extended in both directions over a few misses, and weights by
/// inverse document frequency decide how much of a question was found. Where decon looks at every tenth n-gram of a text, this looks at all, but for few of each item's: its heaviest, of which
/// at least one is in every text that holds enough of the item. So nothing is missed.
/// </remarks>
public sealed class ContaminationIndex
{
    private readonly ConcurrentBag<ContaminationChecker> _checkers = [];

    /// <summary>Makes the index of some evaluation sets.</summary>
    /// <param name="sets">The sets.</param>
    /// <param name="rules">What counts as contamination.</param>
    /// <exception cref="DataException">None of a set's items says enough to be looked for.</exception>
    public ContaminationIndex(IReadOnlyList<EvaluationSet> sets, ContaminationRules rules)
    {
        Rules = rules;
        var builder = new IndexBuilder(rules);
        Evaluations = [.. sets.Select(builder.Add)];
        Items = builder.Items;
        Ngrams = builder.Ngrams;
        (Anchors, AnchorStarts, AnchorItems) = builder.Anchors();
    }

    /// <summary>What the index holds of each set.</summary>
    public IReadOnlyList<IndexedEvaluation> Evaluations { get; }

    /// <summary>What counts as contamination.</summary>
    public ContaminationRules Rules { get; }

    internal IReadOnlyList<IndexedItem> Items { get; }

    internal NgramTable Ngrams { get; }

    /// <summary>The n-grams by which items are found.</summary>
    internal NgramFilter Anchors { get; }

    /// <summary>Where the items of each n-gram begin in <see cref="AnchorItems"/>.</summary>
    internal int[] AnchorStarts { get; }

    internal int[] AnchorItems { get; }

    /// <summary>Reads evaluation sets and makes their index.</summary>
    /// <param name="evaluations">The sets' files and fields.</param>
    /// <param name="rules">What counts as contamination.</param>
    /// <exception cref="DataException">A file is not there or damaged, an item lacks a field, a set is empty, or none of its items says enough to be looked for.</exception>
    public static ContaminationIndex Read(IEnumerable<EvaluationConfig> evaluations, ContaminationRules rules) => new([.. evaluations.Select(EvaluationSet.Read)], rules);

    /// <summary>Finds the items that a text is contaminated with. May be called on several threads at once.</summary>
    /// <param name="text">Valid UTF-8.</param>
    /// <returns>In the order of their places in the text; an item that is there several times, several times.</returns>
    public IReadOnlyList<ContaminationHit> Check(ReadOnlySpan<byte> text)
    {
        var checker = _checkers.TryTake(out var idle) ? idle : new ContaminationChecker(this);
        List<ContaminationHit> hits = [.. checker.Find(text).Where(hit => hit.IsContamination)];
        _checkers.Add(checker);
        return hits;
    }
}
