namespace OlmoSharp.Tokenization.ChatTemplates.Syntax;

/// <summary>What a macro can be called with.</summary>
/// <param name="Parameters">Its parameters; those at the end may have defaults.</param>
/// <param name="TakesMore">Whether it reads <c>varargs</c>.</param>
/// <param name="TakesMoreNamed">Whether it reads <c>kwargs</c>.</param>
/// <param name="TakesCaller">Whether it reads <c>caller</c>.</param>
internal sealed record MacroSignature(IReadOnlyList<(string Name, Expression? Default)> Parameters, bool TakesMore, bool TakesMoreNamed, bool TakesCaller);
