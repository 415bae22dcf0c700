using System.Text.RegularExpressions;

namespace OlmoSharp.Data.Filters;

/// <content>Functions.</content>
internal abstract partial class JqNode
{
    /// <summary>A function of the input alone.</summary>
    /// <param name="apply">Gives the result, or why there is none.</param>
    public sealed class Function(JqFunction apply) : JqNode
    {
        public override string? Run(in JsonValue input, List<JsonValue> outputs)
        {
            if (apply(input, out var result) is { } error)
            {
                return error;
            }

            outputs.Add(result);
            return null;
        }
    }

    /// <summary>A function of the input and each value of an argument, such as <c>startswith("a")</c>.</summary>
    public sealed class FunctionOf(JqNode argument, JqOperator apply) : JqNode
    {
        protected override IReadOnlyList<JqNode> Parts => [argument];

        public override string? Run(in JsonValue input, List<JsonValue> outputs)
        {
            var arguments = new List<JsonValue>();
            var error = argument.Run(input, arguments);
            foreach (var value in arguments)
            {
                if (apply(input, value, out var result) is { } failure)
                {
                    return failure;
                }

                outputs.Add(result);
            }

            return error;
        }
    }

    /// <summary><c>empty</c></summary>
    public sealed class Empty : JqNode
    {
        public override string? Run(in JsonValue input, List<JsonValue> outputs) => null;
    }

    /// <summary><c>select(f)</c></summary>
    public sealed class Select(JqNode condition) : JqNode
    {
        public override string? Run(in JsonValue input, List<JsonValue> outputs)
        {
            var values = new List<JsonValue>();
            var error = condition.Run(input, values);
            foreach (var value in values)
            {
                if (value.IsTrue)
                {
                    outputs.Add(input);
                }
            }

            return error;
        }

        public override JsonPlace Locate(JsonPlace input, FilterNames names)
        {
            condition.Locate(input, names);
            return input;
        }
    }

    /// <summary><c>has("name")</c>, <c>has(0)</c></summary>
    public sealed class Has(JqNode key) : JqNode
    {
        public override string? Run(in JsonValue input, List<JsonValue> outputs)
        {
            var keys = new List<JsonValue>();
            var error = key.Run(input, keys);
            foreach (var value in keys)
            {
                switch (input.Kind, value.Kind)
                {
                    case (JsonKind.Object, JsonKind.String):
                        outputs.Add(JsonValue.Of(input.TryGet(new JsonName(value.ToString()), out _)));
                        break;
                    case (JsonKind.Array, JsonKind.Number):
                        outputs.Add(JsonValue.Of(value.Number >= 0 && value.Number < input.Length));
                        break;
                    default:
                        return $"{Show(input)} cannot be asked whether it has {Show(value)}";
                }
            }

            return error;
        }

        public override JsonPlace Locate(JsonPlace input, FilterNames names)
        {
            if (key is Literal { Value: { Kind: JsonKind.String } name })
            {
                names.Note(input, name.ToString());
            }

            return base.Locate(input, names);
        }
    }

    /// <summary><c>any(f)</c>, <c>all(f)</c>: of everything inside the input.</summary>
    public sealed class AnyOf(JqNode condition, bool decides) : JqNode
    {
        public override string? Run(in JsonValue input, List<JsonValue> outputs)
        {
            if (input.Kind < JsonKind.Array)
            {
                return $"{Show(input)} has nothing inside to go through; where that may happen, write ? behind it";
            }

            var (children, values) = (new List<JsonValue>(), new List<JsonValue>());
            input.AddChildren(children);
            foreach (var child in children)
            {
                values.Clear();
                if (condition.Run(child, values) is { } error)
                {
                    return error;
                }

                if (values.Exists(value => value.IsTrue == decides))
                {
                    outputs.Add(JsonValue.Of(decides));
                    return null;
                }
            }

            outputs.Add(JsonValue.Of(!decides));
            return null;
        }

        public override JsonPlace Locate(JsonPlace input, FilterNames names)
        {
            condition.Locate(JsonPlace.Elsewhere, names);
            return JsonPlace.Elsewhere;
        }
    }

    /// <summary><c>first(f)</c>, <c>last(f)</c></summary>
    public sealed class OneOf(JqNode inner, bool isFirst) : JqNode
    {
        protected override IReadOnlyList<JqNode> Parts => [inner];

        public override string? Run(in JsonValue input, List<JsonValue> outputs)
        {
            var values = new List<JsonValue>();
            var error = inner.Run(input, values);
            if (values.Count == 0 || (!isFirst && error is not null))
            {
                return error;
            }

            outputs.Add(isFirst ? values[0] : values[^1]);
            return null;
        }
    }

    /// <summary><c>test("expression")</c></summary>
    public sealed class Test(Regex expression) : JqNode
    {
        public override string? Run(in JsonValue input, List<JsonValue> outputs)
        {
            if (input.Kind != JsonKind.String)
            {
                return $"{Show(input)} is not a string that could match";
            }

            outputs.Add(JsonValue.Of(expression.IsMatch(input.ToString())));
            return null;
        }
    }
}
