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
        public override bool Holds(in JsonValue root, in JsonValue current) => left.Holds(root, current) && right.Holds(root, current);
    }

    /// <summary><c>!a</c>.</summary>
    public sealed class Not(JsonPathCondition inner) : JsonPathCondition
    {
        public override bool Holds(in JsonValue root, in JsonValue current) => !inner.Holds(root, current);
    }

    /// <summary>A path that leads somewhere.</summary>
    public sealed class Exists(JsonPath path) : JsonPathCondition
    {
        public override bool Holds(in JsonValue root, in JsonValue current) => path.Exists(root, current);
    }

    /// <summary><c>&lt;</c>, <c>&lt;=</c>, <c>&gt;</c>, <c>&gt;=</c>: holds between two numbers, and between nothing else.</summary>
    public sealed class Order(JsonPathOperand left, JsonPathOperand right, Func<double, double, bool> comparison) : JsonPathCondition
    {
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
