using System.Numerics;
using OlmoSharp.Tokenization.ChatTemplates.Values;

namespace OlmoSharp.Tokenization.ChatTemplates.Running;

/// <summary>Filters of lists as wholes.</summary>
internal static class SequenceFilters
{
    /// <summary>The filters by their names.</summary>
    public static IReadOnlyDictionary<string, Filter> All { get; } = new Dictionary<string, Filter>
    {
        ["length"] = Length,
        ["count"] = Length,
        ["list"] = (run, arguments) => new ListValue(Items(run, arguments.Bind("list", 1, "value")[0])),
        ["first"] = (run, arguments) => ValueKind.Items(arguments.Bind("first", 1, "seq")[0]).FirstOrDefault(new UndefinedValue("No first item, sequence was empty.")),
        ["last"] = (run, arguments) => Reversible(run, arguments.Bind("last", 1, "seq")[0]).LastOrDefault(new UndefinedValue("No last item, sequence was empty.")),
        ["reverse"] = Reverse,
        ["sort"] = Sort,
        ["dictsort"] = DictSort,
        ["unique"] = Unique,
        ["min"] = (run, arguments) => Extreme(run, arguments, "min", -1),
        ["max"] = (run, arguments) => Extreme(run, arguments, "max", 1),
        ["sum"] = Sum,
        ["batch"] = Batch,
        ["slice"] = Slice,
        ["groupby"] = GroupBy,
        ["items"] = (run, arguments) => arguments.Bind("items", 1, "value")[0] switch
        {
            UndefinedValue => new GeneratorValue([]),
            DictValue dict => new GeneratorValue([.. dict.Items.Select(item => new ListValue([item.Key, item.Value], isTuple: true))]),
            _ => throw new TemplateFault("can only get item pairs from a mapping"),
        },
    };

    /// <summary>What a value holds, counted.</summary>
    public static List<object?> Items(Interpreter run, object? value)
    {
        List<object?> items = [];
        foreach (var item in ValueKind.Items(value))
        {
            run.Budget.Spend();
            items.Add(item);
        }

        return items;
    }

    private static object? Length(Interpreter run, CallArguments arguments) => (BigInteger)ValueKind.Length(arguments.Bind("length", 1, "value")[0]);

    private static List<object?> Reversible(Interpreter run, object? value) => value is GeneratorValue
        ? throw new TemplateFault("'generator' object is not reversible")
        : Items(run, value);

    private static object? Reverse(Interpreter run, CallArguments arguments)
    {
        var value = arguments.Bind("reverse", 1, "value")[0];
        if (value is MarkedText text)
        {
            run.Budget.SpendText(text.Text.Length);
            return text.Characters().Reverse().Aggregate(new MarkedTextBuilder(), (builder, character) => builder.Append(character)).Build();
        }

        var items = Enumerable.Reverse(Items(run, value));
        return value is GeneratorValue ? new ListValue([.. items]) : new GeneratorValue([.. items]);
    }

    private static object? Sort(Interpreter run, CallArguments arguments)
    {
        var bound = arguments.Bind("sort", 1, "value", "reverse", "case_sensitive", "attribute");
        var key = SelectionFilters.SortKey(run, bound[3], bound.Flag(2));
        // Keys are lists, as in Jinja2: of equal ones it is not asked which is smaller.
        return new ListValue(ValueOrder.Sort(Items(run, bound[0]), item => new ListValue([key(item)]), run.Budget, bound.Flag(1)));
    }

    private static object? DictSort(Interpreter run, CallArguments arguments)
    {
        var bound = arguments.Bind("dictsort", 1, "value", "case_sensitive", "by", "reverse");
        var place = bound.Text(2, "key").Text switch { "key" => 0, "value" => 1, _ => throw new TemplateFault("You can only sort by either \"key\" or \"value\"") };
        var dict = bound[0] as DictValue ?? throw new TemplateFault($"'{ValueKind.Name(bound[0])} object' has no attribute 'items'");
        var items = dict.Items.Select(object? (item) => new ListValue([item.Key, item.Value], isTuple: true)).ToList();
        return new ListValue(ValueOrder.Sort(items, item => SelectionFilters.Folded(((ListValue)item!).Items[place], bound.Flag(1)), run.Budget, bound.Flag(3)));
    }

    private static object? Unique(Interpreter run, CallArguments arguments)
    {
        var bound = arguments.Bind("unique", 1, "value", "case_sensitive", "attribute");
        var key = SelectionFilters.SortKey(run, bound[2], bound.Flag(1));
        HashSet<object> seen = new(ValueEquality.Instance);
        return new GeneratorValue([.. Items(run, bound[0]).Where(item => seen.Add(ValueEquality.Boxed(key(item))))]);
    }

    private static object? Extreme(Interpreter run, CallArguments arguments, string name, int sign)
    {
        var bound = arguments.Bind(name, 1, "value", "case_sensitive", "attribute");
        var items = Items(run, bound[0]);
        var key = SelectionFilters.SortKey(run, bound[2], bound.Flag(1));
        return items.Count == 0
            ? new UndefinedValue("No aggregated item, sequence was empty.")
            : items.Aggregate((best, item) => sign * ValueOrder.Compare(key(item), key(best)) > 0 ? item : best);
    }

    private static object? Sum(Interpreter run, CallArguments arguments)
    {
        var bound = arguments.Bind("sum", 1, "iterable", "attribute", "start");
        return Items(run, bound[0]).Aggregate(bound.Has(2) ? bound[2] : BigInteger.Zero, (sum, item) => Operators.Compute(
            "+", sum, bound.HasValue(1) ? SelectionFilters.Path(run, item, bound[1]) : item, run.Budget));
    }

    private static object? Batch(Interpreter run, CallArguments arguments)
    {
        var bound = arguments.Bind("batch", 2, "value", "linecount", "fill_with");
        var size = Math.Max(1, bound.Whole(1));
        return new GeneratorValue([.. Items(run, bound[0]).Chunk(size).Select(chunk => new ListValue(bound.HasValue(2) ? Filled(run, chunk, size, bound[2]) : chunk))]);
    }

    private static object? Slice(Interpreter run, CallArguments arguments)
    {
        var bound = arguments.Bind("slice", 2, "value", "slices", "fill_with");
        var (items, slices) = (Items(run, bound[0]), Math.Max(1, bound.Whole(1)));
        run.Budget.Spend(slices);
        var (each, more) = Math.DivRem(items.Count, slices);
        return new GeneratorValue([.. Enumerable.Range(0, slices).Select(i =>
        {
            var slice = items[(i * each + Math.Min(i, more))..((i + 1) * each + Math.Min(i + 1, more))];
            return new ListValue(bound.HasValue(2) && i >= more ? [.. slice, bound[2]] : slice);
        })]);
    }

    private static List<object?> Filled(Interpreter run, object?[] chunk, int size, object? filler)
    {
        run.Budget.Spend(size);
        return [.. chunk, .. Enumerable.Repeat(filler, size - chunk.Length)];
    }

    private static object? GroupBy(Interpreter run, CallArguments arguments)
    {
        var bound = arguments.Bind("groupby", 2, "value", "attribute", "default", "case_sensitive");
        object? Key(object? item) => SelectionFilters.Path(run, item, bound[1], bound[2]);
        object? Fold(object? item) => SelectionFilters.Folded(Key(item), bound.Flag(3));
        List<object?> groups = [];
        List<object?> group = [];
        foreach (var item in ValueOrder.Sort(Items(run, bound[0]), Fold, run.Budget))
        {
            if (group.Count == 0 || !ValueEquality.AreEqual(Fold(group[0]), Fold(item)))
            {
                group = [];
                groups.Add(new ListValue([Key(item), new ListValue(group)], isTuple: true));
            }

            group.Add(item);
        }

        return new ListValue(groups);
    }
}
