namespace OlmoSharp.Tokenization.ChatTemplates.Syntax;

/// <summary>A statement of a template.</summary>
/// <param name="Line">Where it starts, from 1.</param>
internal abstract record Statement(int Line)
{
    /// <summary>Text as it is.</summary>
    public sealed record Text(int Line, string Value) : Statement(Line);

    /// <summary><c>{{ … }}</c>.</summary>
    public sealed record Print(int Line, Expression Value) : Statement(Line);

    /// <summary><c>if</c> and every <c>elif</c>.</summary>
    public sealed record If(int Line, IReadOnlyList<(Expression Test, IReadOnlyList<Statement> Body)> Branches, IReadOnlyList<Statement> Else) : Statement(Line);

    /// <summary><c>for</c>.</summary>
    public sealed record For(int Line, Target Target, Expression Items, Expression? Test, IReadOnlyList<Statement> Body, IReadOnlyList<Statement> Else) : Statement(Line);

    /// <summary><c>set a = b</c>.</summary>
    public sealed record Set(int Line, Target Target, Expression Value) : Statement(Line);

    /// <summary><c>set a</c> … <c>endset</c>.</summary>
    public sealed record SetBlock(int Line, Target Target, Expression.Filter? Filter, IReadOnlyList<Statement> Body) : Statement(Line);

    /// <summary><c>with</c>.</summary>
    public sealed record With(int Line, IReadOnlyList<(Target Target, Expression Value)> Variables, IReadOnlyList<Statement> Body) : Statement(Line);

    /// <summary><c>filter</c> … <c>endfilter</c>.</summary>
    public sealed record FilterBlock(int Line, Expression.Filter Filter, IReadOnlyList<Statement> Body) : Statement(Line);

    /// <summary><c>macro</c>.</summary>
    public sealed record Macro(int Line, string Name, MacroSignature Signature, IReadOnlyList<Statement> Body) : Statement(Line);

    /// <summary><c>call</c> … <c>endcall</c>.</summary>
    public sealed record CallBlock(int Line, Expression.Call Call, MacroSignature Signature, IReadOnlyList<Statement> Body) : Statement(Line);

    /// <summary>Statements that change nothing by being together: <c>generation</c>.</summary>
    public sealed record Group(int Line, IReadOnlyList<Statement> Body) : Statement(Line);

    /// <summary><c>break</c>.</summary>
    public sealed record Break(int Line) : Statement(Line);

    /// <summary><c>continue</c>.</summary>
    public sealed record Continue(int Line) : Statement(Line);
}
