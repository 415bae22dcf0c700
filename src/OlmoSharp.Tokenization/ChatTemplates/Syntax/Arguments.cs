namespace OlmoSharp.Tokenization.ChatTemplates.Syntax;

/// <summary>What a call is written with.</summary>
/// <param name="Positional">Without names.</param>
/// <param name="Named">With names.</param>
/// <param name="More">After <c>*</c>; null: nothing.</param>
/// <param name="MoreNamed">After <c>**</c>; null: nothing.</param>
internal sealed record Arguments(
    IReadOnlyList<Expression> Positional, IReadOnlyList<(string Name, Expression Value)> Named, Expression? More = null, Expression? MoreNamed = null)
{
    /// <summary>Nothing.</summary>
    public static readonly Arguments None = new([], []);
}
