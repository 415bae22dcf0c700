namespace OlmoSharp.Data.Filters;

/// <content>Operators and literals.</content>
internal abstract partial class JqNode
{
    /// <summary>A value that is written down.</summary>
    public sealed class Literal(JsonValue value) : JqNode
    {
        public JsonValue Value => value;

        public override string? Run(in JsonValue input, List<JsonValue> outputs)
        {
            outputs.Add(value);
            return null;
        }
    }

    /// <summary><c>a | b</c></summary>
    public sealed class Pipe(JqNode first, JqNode second) : JqNode
    {
        public override string? Run(in JsonValue input, List<JsonValue> outputs)
        {
            var between = new List<JsonValue>();
            var error = first.Run(input, between);
            foreach (var value in between)
            {
                if (second.Run(value, outputs) is { } failure)
                {
                    return failure;
                }
            }

            return error;
        }

        public override JsonPlace Locate(JsonPlace input, FilterNames names) => second.Locate(first.Locate(input, names), names);
    }

    /// <summary><c>a, b</c></summary>
    public sealed class Comma(JqNode first, JqNode second) : JqNode
    {
        protected override IReadOnlyList<JqNode> Parts => [first, second];

        public override string? Run(in JsonValue input, List<JsonValue> outputs) => first.Run(input, outputs) ?? second.Run(input, outputs);
    }

    /// <summary><c>a // b</c>: what of a is neither null nor false, or b where nothing is.</summary>
    public sealed class Alternative(JqNode first, JqNode second) : JqNode
    {
        protected override IReadOnlyList<JqNode> Parts => [first, second];

        public override string? Run(in JsonValue input, List<JsonValue> outputs)
        {
            var values = new List<JsonValue>();
            first.Run(input, values);
            values.RemoveAll(value => !value.IsTrue);
            outputs.AddRange(values);
            return values.Count > 0 ? null : second.Run(input, outputs);
        }
    }

    /// <summary><c>a and b</c>, <c>a or b</c>: b runs only where a does not decide.</summary>
    public sealed class Logic(JqNode first, JqNode second, bool decides) : JqNode
    {
        protected override IReadOnlyList<JqNode> Parts => [first, second];

        public override string? Run(in JsonValue input, List<JsonValue> outputs)
        {
            var values = new List<JsonValue>();
            var error = first.Run(input, values);
            foreach (var value in values)
            {
                if (value.IsTrue == decides)
                {
                    outputs.Add(JsonValue.Of(decides));
                    continue;
                }

                var others = new List<JsonValue>();
                if (second.Run(input, others) is { } failure)
                {
                    return failure;
                }

                outputs.AddRange(others.Select(other => JsonValue.Of(other.IsTrue)));
            }

            return error;
        }
    }

    /// <summary><c>a == b</c> and the like, <c>a + b</c> and the like: of every pair of values.</summary>
    public sealed class Binary(JqNode first, JqNode second, JqOperator operation) : JqNode
    {
        protected override IReadOnlyList<JqNode> Parts => [first, second];

        public override string? Run(in JsonValue input, List<JsonValue> outputs)
        {
            var (lefts, rights) = (new List<JsonValue>(), new List<JsonValue>());
            if ((first.Run(input, lefts) ?? second.Run(input, rights)) is { } error)
            {
                return error;
            }

            foreach (var right in rights)
            {
                foreach (var left in lefts)
                {
                    if (operation(left, right, out var result) is { } failure)
                    {
                        return failure;
                    }

                    outputs.Add(result);
                }
            }

            return null;
        }
    }

    /// <summary><c>if a then b else c end</c></summary>
    public sealed class If(JqNode condition, JqNode then, JqNode otherwise) : JqNode
    {
        protected override IReadOnlyList<JqNode> Parts => [condition, then, otherwise];

        public override string? Run(in JsonValue input, List<JsonValue> outputs)
        {
            var values = new List<JsonValue>();
            var error = condition.Run(input, values);
            foreach (var value in values)
            {
                if ((value.IsTrue ? then : otherwise).Run(input, outputs) is { } failure)
                {
                    return failure;
                }
            }

            return error;
        }
    }

    /// <summary><c>[f]</c></summary>
    public sealed class MakeArray(JqNode? elements) : JqNode
    {
        protected override IReadOnlyList<JqNode> Parts => elements is null ? [] : [elements];

        public override string? Run(in JsonValue input, List<JsonValue> outputs)
        {
            var values = new List<JsonValue>();
            var error = elements?.Run(input, values);
            if (error is null)
            {
                outputs.Add(JsonValue.Of([.. values]));
            }

            return error;
        }
    }

    /// <summary><c>{name: f}</c>: an object for every choice of values.</summary>
    public sealed class MakeObject(IReadOnlyList<(JqNode Name, JqNode Value)> members) : JqNode
    {
        protected override IReadOnlyList<JqNode> Parts => [.. members.SelectMany(member => new[] { member.Name, member.Value })];

        public override string? Run(in JsonValue input, List<JsonValue> outputs)
        {
            List<IReadOnlyList<(ReadOnlyMemory<byte>, JsonValue)>> objects = [[]];
            foreach (var member in members)
            {
                var (names, values) = (new List<JsonValue>(), new List<JsonValue>());
                if ((member.Name.Run(input, names) ?? member.Value.Run(input, values)) is { } error)
                {
                    return error;
                }

                if (names.Exists(name => name.Kind != JsonKind.String))
                {
                    return $"{Show(names.Find(name => name.Kind != JsonKind.String))} cannot be the name of a member";
                }

                objects = [.. from before in objects from name in names from value in values select (IReadOnlyList<(ReadOnlyMemory<byte>, JsonValue)>)[.. before, (name.Utf8, value)]];
            }

            outputs.AddRange(objects.Select(made => JsonValue.Of(new JsonMembers(made))));
            return null;
        }
    }
}
