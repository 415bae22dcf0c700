namespace OlmoSharp.Tokenization.ChatTemplates;

/// <summary>How a template ends what the assistant says.</summary>
/// <param name="Ids">The special token that does; empty where there is none.</param>
/// <param name="Strings">The text that does; empty where a token does.</param>
public sealed record TurnEnd(IReadOnlyList<int> Ids, IReadOnlyList<string> Strings);
