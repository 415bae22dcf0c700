namespace OlmoSharp.Evaluation.Tasks;

/// <summary>Keeps the rows of which a field has one value.</summary>
/// <param name="Field">The field's path. A file whose rows lack it is taken whole.</param>
/// <param name="Value">The value as text; <c>{@subset}</c> is the subset's name.</param>
public sealed record RowFilter(string Field, string Value);
