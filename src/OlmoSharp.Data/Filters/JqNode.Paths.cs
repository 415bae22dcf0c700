namespace OlmoSharp.Data.Filters;

/// <content>Paths: what is read of the input.</content>
internal abstract partial class JqNode
{
    /// <summary><c>.</c></summary>
    public sealed class Identity : JqNode
    {
        public override string? Run(in JsonValue input, List<JsonValue> outputs)
        {
            outputs.Add(input);
            return null;
        }

        public override JsonPlace Locate(JsonPlace input, FilterNames names) => input;
    }

    /// <summary><c>.name</c>. Asking anything but an object is an error, null too, as in Dolma's own engine: a misspelt name must not pass for a low score.</summary>
    public sealed class Member(JqNode target, string text) : JqNode
    {
        private JsonName _name = new(text);

        public override string? Run(in JsonValue input, List<JsonValue> outputs)
        {
            var targets = new List<JsonValue>();
            var error = target.Run(input, targets);
            foreach (var value in targets)
            {
                if (value.Kind != JsonKind.Object)
                {
                    return $"{Show(value)} has no member \"{text}\"; where that may happen, write ? behind it";
                }

                outputs.Add(value.TryGet(_name, out var member) ? member : default);
            }

            return error;
        }

        public override JsonPlace Locate(JsonPlace input, FilterNames names)
        {
            var place = target.Locate(input, names);
            _name = names.Note(place, text);
            return place == JsonPlace.Document && text == "attributes" ? JsonPlace.Attributes : JsonPlace.Elsewhere;
        }
    }

    /// <summary><c>.[index]</c>, where the index is a number for arrays and a string for objects.</summary>
    public sealed class Element(JqNode target, JqNode index) : JqNode
    {
        protected override IReadOnlyList<JqNode> Parts => [target, index];

        public override string? Run(in JsonValue input, List<JsonValue> outputs)
        {
            var (targets, indexes) = (new List<JsonValue>(), new List<JsonValue>());
            var error = target.Run(input, targets) ?? index.Run(input, indexes);
            foreach (var value in targets)
            {
                foreach (var place in indexes)
                {
                    if (value.Kind == JsonKind.Array && place.Kind == JsonKind.Number)
                    {
                        outputs.Add(value.TryGet((int)Math.Floor(place.Number), out var element) ? element : default);
                    }
                    else if (value.Kind == JsonKind.Object && place.Kind == JsonKind.String)
                    {
                        outputs.Add(value.TryGet(new JsonName(place.ToString()), out var member) ? member : default);
                    }
                    else
                    {
                        return $"{Show(value)} has no element {Show(place)}; where that may happen, write ? behind it";
                    }
                }
            }

            return error;
        }
    }

    /// <summary><c>.[from:to]</c> of arrays and strings.</summary>
    public sealed class Slice(JqNode target, JqNode? from, JqNode? to) : JqNode
    {
        protected override IReadOnlyList<JqNode> Parts => [.. new[] { target, from, to }.OfType<JqNode>()];

        public override string? Run(in JsonValue input, List<JsonValue> outputs)
        {
            var (targets, starts, ends) = (new List<JsonValue>(), new List<JsonValue>(), new List<JsonValue>());
            var error = target.Run(input, targets) ?? Bound(from, input, starts) ?? Bound(to, input, ends);
            foreach (var value in targets)
            {
                foreach (var start in starts)
                {
                    foreach (var end in ends)
                    {
                        if (value.Kind is not (JsonKind.Array or JsonKind.String) || start.Kind is not (JsonKind.Number or JsonKind.Null) || end.Kind is not (JsonKind.Number or JsonKind.Null))
                        {
                            return $"{Show(value)} has no slice {Show(start)}:{Show(end)}";
                        }

                        outputs.Add(Cut(value, start, end));
                    }
                }
            }

            return error;
        }

        private static string? Bound(JqNode? node, in JsonValue input, List<JsonValue> outputs)
        {
            if (node is not null)
            {
                return node.Run(input, outputs);
            }

            outputs.Add(default);
            return null;
        }

        private static JsonValue Cut(JsonValue value, JsonValue start, JsonValue end)
        {
            var count = value.Length;
            var first = start.Kind == JsonKind.Null ? 0 : Place(Math.Floor(start.Number), count);
            var last = Math.Max(first, end.Kind == JsonKind.Null ? count : Place(Math.Ceiling(end.Number), count));
            if (value.Kind == JsonKind.String)
            {
                return JsonValue.Of(string.Concat(value.ToString().EnumerateRunes().Skip(first).Take(last - first).Select(rune => rune.ToString())));
            }

            var elements = new List<JsonValue>();
            value.AddChildren(elements);
            return JsonValue.Of([.. elements[first..last]]);
        }

        private static int Place(double index, int count) => (int)Math.Clamp(index < 0 ? index + count : index, 0, count);
    }

    /// <summary><c>.[]</c></summary>
    public sealed class Children(JqNode target) : JqNode
    {
        protected override IReadOnlyList<JqNode> Parts => [target];

        public override string? Run(in JsonValue input, List<JsonValue> outputs)
        {
            var targets = new List<JsonValue>();
            var error = target.Run(input, targets);
            foreach (var value in targets)
            {
                if (value.Kind < JsonKind.Array)
                {
                    return $"{Show(value)} has nothing inside to go through; where that may happen, write ? behind it";
                }

                value.AddChildren(outputs);
            }

            return error;
        }
    }

    /// <summary><c>f?</c>: what comes out of f before it fails.</summary>
    public sealed class Try(JqNode inner) : JqNode
    {
        public override string? Run(in JsonValue input, List<JsonValue> outputs)
        {
            inner.Run(input, outputs);
            return null;
        }

        public override JsonPlace Locate(JsonPlace input, FilterNames names) => inner.Locate(input, names);
    }
}
