namespace OlmoSharp.Data.Filters;

/// <summary>Makes one value of another.</summary>
/// <returns>Why it failed, if it did.</returns>
internal delegate string? JqFunction(in JsonValue input, out JsonValue result);
