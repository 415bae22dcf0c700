namespace OlmoSharp.Data.Filters;

/// <summary>A step of a <see cref="JsonPath"/>: from values to values.</summary>
internal abstract class JsonPathStep
{
    /// <summary>Takes the step.</summary>
    /// <param name="root">The document.</param>
    /// <param name="values">Where the path has come so far.</param>
    /// <param name="next">Where it goes from there.</param>
    public abstract void Apply(in JsonValue root, List<JsonValue> values, List<JsonValue> next);

    /// <summary><c>.name</c> or <c>['name']</c>.</summary>
    public sealed class Member(JsonName name) : JsonPathStep
    {
        public JsonName Name => name;

        public override void Apply(in JsonValue root, List<JsonValue> values, List<JsonValue> next)
        {
            foreach (var value in values)
            {
                if (value.TryGet(name, out var member))
                {
                    next.Add(member);
                }
            }
        }
    }

    /// <summary><c>[0]</c>, or <c>[-1]</c> from the end.</summary>
    public sealed class Element(int index) : JsonPathStep
    {
        public int Index => index;

        public override void Apply(in JsonValue root, List<JsonValue> values, List<JsonValue> next)
        {
            foreach (var value in values)
            {
                if (value.TryGet(index, out var element))
                {
                    next.Add(element);
                }
            }
        }
    }

    /// <summary><c>['a','b']</c> or <c>[0,1]</c>: several steps side by side.</summary>
    public sealed class Union(IReadOnlyList<JsonPathStep> steps) : JsonPathStep
    {
        public override void Apply(in JsonValue root, List<JsonValue> values, List<JsonValue> next)
        {
            foreach (var value in values)
            {
                foreach (var step in steps)
                {
                    step.Apply(root, [value], next);
                }
            }
        }
    }

    /// <summary><c>[start:end:step]</c>, where either end may be missing or count from the array's end.</summary>
    public sealed class Slice(int? start, int? end, int step) : JsonPathStep
    {
        public override void Apply(in JsonValue root, List<JsonValue> values, List<JsonValue> next)
        {
            foreach (var value in values)
            {
                if (value.Kind != JsonKind.Array)
                {
                    continue;
                }

                var elements = new List<JsonValue>();
                value.AddChildren(elements);
                for (var i = Place(start ?? 0, elements.Count); i < Place(end ?? elements.Count, elements.Count); i += step)
                {
                    next.Add(elements[i]);
                }
            }
        }

        private static int Place(int index, int count) => Math.Clamp(index < 0 ? index + count : index, 0, count);
    }

    /// <summary><c>[*]</c> or <c>.*</c>: everything in an array or object.</summary>
    public sealed class Wildcard : JsonPathStep
    {
        public override void Apply(in JsonValue root, List<JsonValue> values, List<JsonValue> next) => values.ForEach(value => value.AddChildren(next));
    }

    /// <summary><c>..name</c>: the members of that name at any depth; <c>..*</c>: everything at any depth.</summary>
    public sealed class Descent(JsonName? name) : JsonPathStep
    {
        public override void Apply(in JsonValue root, List<JsonValue> values, List<JsonValue> next) => values.ForEach(value => Descend(value, next));

        private void Descend(JsonValue value, List<JsonValue> next)
        {
            if (name is not null && value.TryGet(name, out var member))
            {
                next.Add(member);
            }

            var children = new List<JsonValue>();
            value.AddChildren(children);
            foreach (var child in children)
            {
                if (name is null)
                {
                    next.Add(child);
                }

                Descend(child, next);
            }
        }
    }

    /// <summary><c>[?(…)]</c>: the elements of an array that meet a condition, or any other value if it does.</summary>
    public sealed class Filter(JsonPathCondition condition) : JsonPathStep
    {
        public JsonPathCondition Condition => condition;

        public override void Apply(in JsonValue root, List<JsonValue> values, List<JsonValue> next)
        {
            foreach (var value in values)
            {
                if (value.Kind != JsonKind.Array)
                {
                    if (condition.Holds(root, value))
                    {
                        next.Add(value);
                    }

                    continue;
                }

                var elements = new List<JsonValue>();
                value.AddChildren(elements);
                foreach (var element in elements)
                {
                    if (condition.Holds(root, element))
                    {
                        next.Add(element);
                    }
                }
            }
        }
    }

    /// <summary>
    /// <c>.length()</c>: how many values a path with a union, slice, wildcard or condition leads to; else the elements of an array, the members of an
    /// object or the code points of a string.
    /// </summary>
    public sealed class Length(bool countsValues) : JsonPathStep
    {
        public override void Apply(in JsonValue root, List<JsonValue> values, List<JsonValue> next)
        {
            if (values.Count > 0 && (countsValues || values[0].Kind >= JsonKind.String))
            {
                next.Add(JsonValue.Of((double)(countsValues ? values.Count : values[0].Length)));
            }
        }
    }
}
