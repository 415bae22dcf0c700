using System.Numerics;
using OlmoSharp.Data.Seeding;

namespace OlmoSharp.Evaluation.Metrics.Mathematics;

/// <summary>
/// Whether two answers in LaTeX mean the same, in the place of SymPy's <c>simplify(a − b) == 0</c>. Values are compared at points: rational expressions exactly at large integers
/// (two different ones agree at a point with a chance below 1e-4, at all with none to speak of), others in complex numbers to 12 digits. Tuples, intervals, matrices, lists and relations are compared part
/// by part, sets and unions in any order; SymPy's parser reads none of these. What cannot be read equals only itself.
/// </summary>
internal static class MathEquivalence
{
    private const int Points = 6;

    private const double Tolerance = 1e-12;

    /// <summary>Whether two answers are equivalent.</summary>
    public static bool AreEqual(string first, string second) =>
        first == second || (LatexParser.Parse(first) is { } a && LatexParser.Parse(second) is { } b && AreEqual(a, b));

    /// <summary>Whether two expressions are equivalent.</summary>
    public static bool AreEqual(MathExpression first, MathExpression second) => (first, second) switch
    {
        (MathExpression.Structure a, MathExpression.Structure b) => AreEqualStructures(a, b),
        (MathExpression.Structure, _) or (_, MathExpression.Structure) => false,
        _ => AreEqualExactly(first, second) ?? AreEqualNumerically(first, second),
    };

    private static bool AreEqualStructures(MathExpression.Structure a, MathExpression.Structure b)
    {
        if (a.Kind != b.Kind || a.Items.Count != b.Items.Count)
        {
            // 2 > x is x < 2.
            return a.Items.Count == b.Items.Count && a.Kind == Mirror(b.Kind) && Mirror(b.Kind) != b.Kind && AllEqual(a.Items, [.. b.Items.Reverse()]);
        }

        if (a.Kind is not ("set" or "union"))
        {
            return AllEqual(a.Items, b.Items);
        }

        var left = b.Items.ToList();
        return a.Items.All(item =>
        {
            var index = left.FindIndex(other => AreEqual(item, other));
            if (index >= 0)
            {
                left.RemoveAt(index);
            }

            return index >= 0;
        });
    }

    private static string Mirror(string kind) => string.Join(' ', kind.Split(' ').Reverse().Select(relation => relation switch
    {
        "<" => ">",
        ">" => "<",
        @"\leq" => @"\geq",
        @"\geq" => @"\leq",
        _ => relation,
    }));

    private static bool AllEqual(IReadOnlyList<MathExpression> a, IReadOnlyList<MathExpression> b) => a.Zip(b).All(pair => AreEqual(pair.First, pair.Second));

    // Null if the expressions are not rational.
    private static bool? AreEqualExactly(MathExpression first, MathExpression second)
    {
        var compared = false;
        for (var point = 0; point < Points; point++)
        {
            var evaluation = new ExactEvaluation(name => IsConstant(name) ? null : Integer(name, point));
            if (evaluation.Evaluate(first) is not { } a || evaluation.Evaluate(second) is not { } b)
            {
                continue;
            }

            compared = true;
            if (a != b)
            {
                return false;
            }
        }

        return compared ? true : null;
    }

    private static bool AreEqualNumerically(MathExpression first, MathExpression second)
    {
        var compared = false;
        for (var point = 0; point < Points; point++)
        {
            var evaluation = new NumericEvaluation(name => Constant(name) ?? Point(name, point));
            var a = evaluation.Evaluate(first);
            var b = evaluation.Evaluate(second);
            if (!Complex.IsFinite(a) || !Complex.IsFinite(b))
            {
                continue;
            }

            compared = true;
            if (!((a - b).Magnitude <= Tolerance * Math.Max(Math.Max(a.Magnitude, b.Magnitude), evaluation.LargestTerm)))
            {
                return false;
            }
        }

        return compared;
    }

    private static bool IsConstant(string name) => Constant(name) is not null;

    private static Complex? Constant(string name) => name switch
    {
        @"\pi" => Math.PI,
        "e" => Math.E,
        "i" => Complex.ImaginaryOne,
        _ => null,
    };

    // Of both signs, so that |x| is not x.
    private static BigRational Integer(string name, int point)
    {
        var number = Number(name, point);
        var size = (long)(number % 1_000_003) + 1;
        return BigRational.Of(name == "±" ? (point % 2 == 0 ? 1 : -1) : number >> 63 == 0 ? size : -size);
    }

    // All quadrants, so that √(x²) is not x.
    private static Complex Point(string name, int point) =>
        name == "±" ? (point % 2 == 0 ? 1 : -1) : new Complex(Part(Number(name, 2 * point)), Part(Number(name, (2 * point) + 1)));

    private static double Part(ulong number) => ((number >> 11) * (1.0 / (1L << 53)) * 4) - 2;

    // The same for a name in both expressions, and different for every name and point.
    private static ulong Number(string name, int point)
    {
        var state = (ulong)point;
        foreach (var character in name)
        {
            state = SplitMix64.At(state ^ character);
        }

        return SplitMix64.At(state);
    }
}
