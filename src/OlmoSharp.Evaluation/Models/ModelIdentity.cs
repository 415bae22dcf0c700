namespace OlmoSharp.Evaluation.Models;

/// <summary>Which model was asked, so that its answers are never taken for another's.</summary>
/// <param name="Name">What the user calls it: its path.</param>
/// <param name="Hash">Digits that differ where answers may: of all its files, of what computes and of a chat template that was named.</param>
/// <param name="Kind">What computes, such as <c>native</c>.</param>
public sealed record ModelIdentity(string Name, string Hash, string Kind);
