namespace OlmoSharp.Data.Decontamination;

/// <summary>What an index holds of an evaluation set.</summary>
/// <param name="Name">What the set is called.</param>
/// <param name="Items">Items of the set.</param>
/// <param name="Duplicates">How many of them are the same as an earlier one of the set, in question, answers and passage, and so are not looked for again.</param>
/// <param name="Unchecked">Those that are not looked for because they say too little.</param>
/// <param name="Unanswered">How many have an answer without a letter or digit, and are looked for as if they had none.</param>
public sealed record IndexedEvaluation(string Name, int Items, int Duplicates, IReadOnlyList<UncheckedItem> Unchecked, int Unanswered)
{
    /// <summary>How many items are looked for.</summary>
    public int Indexed => Items - Duplicates - Unchecked.Count;
}
