namespace OlmoSharp.Evaluation.Tasks;

/// <summary>Keeps the rows of which a field has one value.</summary>
public sealed record RowFilter
{
    /// <summary>The field's path. A file whose rows lack it is taken whole.</summary>
    public required string Field { get; init; }

    /// <summary>The value as text; <c>{@subset}</c> is the subset's name.</summary>
    public required string Value { get; init; }

    /// <summary>The values of subsets that have another name in the dataset.</summary>
    public IReadOnlyDictionary<string, string> Values { get; init; } = new Dictionary<string, string>();
}
