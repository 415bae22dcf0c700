using OlmoSharp.Data.Decontamination.Evaluations;

namespace OlmoSharp.Data.Decontamination;

/// <summary>An item that is not looked for.</summary>
/// <param name="Item">The item.</param>
/// <param name="Reason">Why.</param>
public sealed record UncheckedItem(EvaluationItem Item, string Reason);
