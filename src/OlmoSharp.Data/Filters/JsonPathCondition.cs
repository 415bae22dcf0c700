using System.Text.RegularExpressions;

namespace OlmoSharp.Data.Filters;

/// <summary>A condition in <c>[?(…)]</c>.</summary>
internal abstract class JsonPathCondition
{
    /// <summary>Whether it holds.</summary>
    /// <param name="root">The document, <c>$</c>.</param>
    /// <param name="current">The value it is asked of, <c>@</c>.</param>
    public abstract bool Holds(in JsonValue root, in JsonValue current);

    /// <summary><c>a || b</c>.</summary>
    public sealed class Or(JsonPathCondition left, JsonPathCondition right) : JsonPathCondition
    {
        public override bool Holds(in JsonValue root, in JsonValue current) => left.Holds(root, current) || right.Holds(root, current);
    }

    /// <summary><c>a &amp;&amp; b</c>.</summary>
    public sealed class And(JsonPathCondition left, JsonPathCondition right) : JsonPathCondition
    {
        public JsonPathCondition Left => left;

        public JsonPathCondition Right => right;

        public override bool Holds(in JsonValue root, in JsonValue current) => left.Holds(root, current) && right.Holds(root, current);
    }

    /// <summary>
    /// <c>a &amp;&amp; b</c>, without those parts of a that ask whether a path exists on which b needs a number: Dolma's configs ask
    /// <c>@.x &amp;&amp; @.x[0] &amp;&amp; @.x[0][2] &gt; 0.5</c>, of which the last part says all.
    /// </summary>
    public static JsonPathCondition Both(JsonPathCondition left, JsonPathCondition right)
    {
        if (right is Order order)
        {
            while (left is And and && order.Needs(and.Right))
            {
                left = and.Left;
            }

            if (order.Needs(left))
            {
                return right;
            }
        }

        return new And(left, right);
    }

    /// <summary><c>!a</c>.</summary>
    public sealed class Not(JsonPathCondition inner) : JsonPathCondition
    {
        public override bool Holds(in JsonValue root, in JsonValue current) => !inner.Holds(root, current);
    }

    /// <summary>A path that leads somewhere.</summary>
    public sealed class Exists(JsonPath path) : JsonPathCondition
    {
        public JsonPath Path => path;

        public override bool Holds(in JsonValue root, in JsonValue current) => path.Exists(root, current);
    }

    /// <summary><c>&lt;</c>, <c>&lt;=</c>, <c>&gt;</c>, <c>&gt;=</c>: holds between two numbers, and between nothing else.</summary>
    public sealed class Order(JsonPathOperand left, JsonPathOperand right, Func<double, double, bool> comparison) : JsonPathCondition
    {
        /// <summary>Whether this cannot hold where another condition does not: that something exists on the way to a number compared here.</summary>
        public bool Needs(JsonPathCondition other) =>
            other is Exists { Path: var path } && ((left.Path?.LeadsThrough(path) ?? false) || (right.Path?.LeadsThrough(path) ?? false));

        public override bool Holds(in JsonValue root, in JsonValue current) =>
            left.TryGetOne(root, current, out var one) && right.TryGetOne(root, current, out var other)
            && one.Kind == JsonKind.Number && other.Kind == JsonKind.Number && comparison(one.Number, other.Number);
    }

    /// <summary><c>==</c>: both sides lead to equal values, as many on one as on the other; 1 and 1.0 are equal.</summary>
    public sealed class Equal(JsonPathOperand left, JsonPathOperand right) : JsonPathCondition
    {
        public override bool Holds(in JsonValue root, in JsonValue current)
        {
            var (one, other) = (left.Find(root, current), right.Find(root, current));
            if (one.Count != other.Count)
            {
                return false;
            }

            for (var i = 0; i < one.Count; i++)
            {
                if (one[i].CompareTo(other[i]) != 0)
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary><c>~=</c>: a string on the left matches the expression.</summary>
    public sealed class Match(JsonPathOperand left, Regex expression) : JsonPathCondition
    {
        public override bool Holds(in JsonValue root, in JsonValue current) =>
            left.Find(root, current).Exists(value => value.Kind == JsonKind.String && expression.IsMatch(value.ToString()));
    }

    /// <summary><c>in</c>: a value on the left is an element of the array, or a value of the object, on the right.</summary>
    public sealed class In(JsonPathOperand left, JsonPathOperand right) : JsonPathCondition
    {
        public override bool Holds(in JsonValue root, in JsonValue current)
        {
            if (!right.TryGetOne(root, current, out var container))
            {
                return false;
            }

            var among = new List<JsonValue>();
            container.AddChildren(among);
            return left.Find(root, current).Exists(value => among.Exists(other => value.CompareTo(other) == 0));
        }
    }
}
