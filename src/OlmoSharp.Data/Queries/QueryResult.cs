namespace OlmoSharp.Data.Queries;

/// <summary>What a query gave.</summary>
/// <param name="Columns">The names of the columns, and whether they hold numbers.</param>
/// <param name="Rows">The rows: texts, 64-bit integers, doubles, true or false, or null; every other value as text.</param>
public sealed record QueryResult(IReadOnlyList<(string Name, bool IsNumber)> Columns, IReadOnlyList<object?[]> Rows);
