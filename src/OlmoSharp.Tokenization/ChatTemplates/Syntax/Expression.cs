namespace OlmoSharp.Tokenization.ChatTemplates.Syntax;

/// <summary>An expression of a template.</summary>
/// <param name="Line">Where it starts, from 1.</param>
internal abstract record Expression(int Line)
{
    /// <summary>A value written out.</summary>
    public sealed record Constant(int Line, object? Value) : Expression(Line);

    /// <summary>A variable.</summary>
    public sealed record Variable(int Line, string Name) : Expression(Line);

    /// <summary>A list or tuple.</summary>
    public sealed record Listing(int Line, IReadOnlyList<Expression> Items, bool IsTuple) : Expression(Line);

    /// <summary>A dictionary.</summary>
    public sealed record Mapping(int Line, IReadOnlyList<(Expression Key, Expression Value)> Items) : Expression(Line);

    /// <summary><c>a.name</c>.</summary>
    public sealed record Attribute(int Line, Expression Owner, string Name) : Expression(Line);

    /// <summary><c>a[index]</c>.</summary>
    public sealed record Item(int Line, Expression Owner, Expression Index) : Expression(Line);

    /// <summary><c>a[start:end:step]</c>.</summary>
    public sealed record Slice(int Line, Expression Owner, Expression? Start, Expression? End, Expression? Step) : Expression(Line);

    /// <summary><c>f(…)</c>.</summary>
    public sealed record Call(int Line, Expression Function, Arguments Arguments) : Expression(Line);

    /// <summary><c>a | name(…)</c>; without a value inside <c>set</c> and <c>filter</c> blocks.</summary>
    public sealed record Filter(int Line, Expression? Value, string Name, Arguments Arguments) : Expression(Line);

    /// <summary><c>a is name(…)</c>.</summary>
    public sealed record Test(int Line, Expression Value, string Name, Arguments Arguments) : Expression(Line);

    /// <summary>An operator before a value.</summary>
    public sealed record Unary(int Line, string Operator, Expression Value) : Expression(Line);

    /// <summary>An operator between two values.</summary>
    public sealed record Binary(int Line, string Operator, Expression Left, Expression Right) : Expression(Line);

    /// <summary>Comparisons one after another: <c>a &lt; b &lt; c</c>.</summary>
    public sealed record Comparison(int Line, Expression First, IReadOnlyList<(string Operator, Expression Value)> Rest) : Expression(Line);

    /// <summary>Texts put together with <c>~</c>.</summary>
    public sealed record Concatenation(int Line, IReadOnlyList<Expression> Items) : Expression(Line);

    /// <summary><c>a if test else b</c>.</summary>
    public sealed record Conditional(int Line, Expression Condition, Expression Then, Expression? Else) : Expression(Line);
}
