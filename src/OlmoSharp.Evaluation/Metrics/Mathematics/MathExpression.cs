namespace OlmoSharp.Evaluation.Metrics.Mathematics;

/// <summary>A mathematical expression: a value or a structure of values.</summary>
internal abstract record MathExpression
{
    /// <summary>A number.</summary>
    internal sealed record Number(BigRational Value) : MathExpression;

    /// <summary>A variable or constant; constants are <c>\pi</c>, <c>e</c> and <c>i</c>.</summary>
    internal sealed record Symbol(string Name) : MathExpression;

    /// <summary>An operation or function on values.</summary>
    /// <param name="Name"><c>+ * / ^ neg ! root abs floor ceil binom log</c> or a function's LaTeX name without backslash.</param>
    /// <param name="Arguments">Its arguments.</param>
    internal sealed record Operation(string Name, IReadOnlyList<MathExpression> Arguments) : MathExpression;

    /// <summary>A structure whose parts are compared one by one.</summary>
    /// <param name="Kind">Its brackets (<c>()</c>, <c>[)</c>, …), <c>set</c>, <c>list</c>, <c>row</c>, <c>matrix</c>, <c>base</c>, <c>union</c> or a relation such as <c>&lt;</c>.</param>
    /// <param name="Items">Its parts.</param>
    internal sealed record Structure(string Kind, IReadOnlyList<MathExpression> Items) : MathExpression;
}
