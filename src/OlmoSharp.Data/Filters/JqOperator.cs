namespace OlmoSharp.Data.Filters;

/// <summary>Makes one value of two.</summary>
/// <returns>Why it failed, if it did.</returns>
internal delegate string? JqOperator(in JsonValue left, in JsonValue right, out JsonValue result);
