using System.Numerics;
using OlmoSharp.Tokenization.ChatTemplates.Syntax;
using OlmoSharp.Tokenization.ChatTemplates.Values;

namespace OlmoSharp.Tokenization.ChatTemplates.Running;

/// <content>Expressions.</content>
internal sealed partial class Interpreter
{
    /// <summary>Calls a function, macro or method.</summary>
    public static object? Call(object? function, CallArguments arguments) => function switch
    {
        CallableValue callable => callable.Call(arguments),
        UndefinedValue undefined => throw undefined.Fault(),
        _ => throw new TemplateFault($"'{ValueKind.Name(function)}' object is not callable"),
    };

    /// <summary>Applies a filter by its name.</summary>
    public object? Filter(string name, CallArguments arguments) => Filters.TryFind(name, out var filter)
        ? filter(this, arguments)
        : throw new TemplateFault($"no filter named '{name}'");

    /// <summary>Applies a test by its name.</summary>
    public bool Test(string name, CallArguments arguments) => ValueTests.TryFind(name, out var test)
        ? test(this, arguments)
        : throw new TemplateFault($"no test named '{name}'");

    /// <summary><c>owner.name</c>: methods come before the items of a dictionary.</summary>
    public object? Attribute(object? owner, string name) => owner switch
    {
        UndefinedValue undefined => throw undefined.Fault(),
        _ when Method(owner, name) is { } method => method,
        DictValue dict when dict.TryGet(new MarkedText(name, isForeign: false), out var value) => value,
        NamespaceValue space when space.Attributes.TryGetValue(name, out var value) => value,
        LoopValue loop => loop.Attribute(name),
        CallableValue { Attribute: { } attribute } => attribute(name),
        _ => new UndefinedValue($"'{(owner is null ? "None" : ValueKind.Name(owner) + " object")}' has no attribute '{name}'"),
    };

    /// <summary><c>owner[index]</c>: items of a dictionary come before its methods.</summary>
    public object? Item(object? owner, object? index)
    {
        switch (owner)
        {
            case UndefinedValue undefined:
                throw undefined.Fault();
            case DictValue dict when index is not (ListValue { IsTuple: false } or DictValue) && dict.TryGet(index, out var value):
                return value;
            case ListValue list when Number.IsWhole(index):
                return Place(index, list.Items.Count) is { } place ? list.Items[place] : NoElement(owner, index);
            case MarkedText text when Number.IsWhole(index):
                return Place(index, text.Length) is { } character ? text.CharacterAt(character) : NoElement(owner, index);
            default:
                return index is MarkedText name ? Attribute(owner, name.Text) : NoElement(owner, index);
        }
    }

    private UndefinedValue NoElement(object? owner, object? index) =>
        new($"{(owner is null ? "None" : ValueKind.Name(owner) + " object")} has no element {ValueText.Quoted(index, Budget)}");

    private static int? Place(object? index, int length)
    {
        var place = Number.ToWhole(index);
        place = place < 0 ? place + length : place;
        return place >= 0 && place < length ? (int)place : null;
    }

    private object? Method(object? owner, string name) => owner switch
    {
        MarkedText text => TextMethods.Find(this, text, name),
        DictValue dict => CollectionMethods.Find(this, dict, name),
        ListValue list => CollectionMethods.Find(list, name),
        _ => null,
    };

    private object? Evaluate(Expression expression)
    {
        Budget.Spend();
        Nesting.Check();
        Line = expression.Line;
        return expression switch
        {
            Expression.Constant constant => constant.Value,
            Expression.Variable variable => _scope.TryGet(variable.Name, out var value) ? value : new UndefinedValue($"'{variable.Name}' is undefined"),
            Expression.Attribute attribute => Attribute(Evaluate(attribute.Owner), attribute.Name),
            Expression.Item item => Item(Evaluate(item.Owner), Evaluate(item.Index)),
            Expression.Slice slice => Slice(slice),
            Expression.Call call => Call(Evaluate(call.Function), Arguments(call.Arguments), call),
            Expression.Filter filter => Filter(filter.Name, Arguments(filter.Arguments, Evaluate(filter.Value!))),
            Expression.Test test => Test(test.Name, Arguments(test.Arguments, Evaluate(test.Value))),
            Expression.Binary binary => Binary(binary),
            Expression.Unary unary => Unary(unary),
            Expression.Comparison comparison => Comparison(comparison),
            Expression.Concatenation texts => texts.Items.Aggregate(new MarkedTextBuilder(), Append).Build(),
            Expression.Conditional choice => ValueKind.IsTrue(Evaluate(choice.Condition)) ? Evaluate(choice.Then)
                : choice.Else is null ? new UndefinedValue($"the inline if-expression on line {choice.Line} evaluated to false and no else section was defined")
                : Evaluate(choice.Else),
            Expression.Listing listing => new ListValue([.. listing.Items.Select(Evaluate)], listing.IsTuple),
            Expression.Mapping mapping => Mapping(mapping),
            _ => throw new InvalidOperationException($"{expression.GetType().Name} cannot be evaluated"),
        };
    }

    private MarkedTextBuilder Append(MarkedTextBuilder builder, Expression item)
    {
        var text = Text(Evaluate(item));
        Budget.SpendText(text.Text.Length);
        return builder.Append(text);
    }

    private DictValue Mapping(Expression.Mapping mapping)
    {
        DictValue dict = new();
        foreach (var (key, value) in mapping.Items)
        {
            dict.Set(Evaluate(key), Evaluate(value));
        }

        return dict;
    }

    private object? Call(object? function, CallArguments arguments, Expression.Call call)
    {
        Line = call.Line;
        return Call(function, arguments);
    }

    private CallArguments Arguments(Arguments written, params ReadOnlySpan<object?> first)
    {
        if (written == Syntax.Arguments.None)
        {
            return new([.. first], []);
        }

        List<object?> positional = [.. first];
        positional.AddRange(written.Positional.Select(Evaluate));
        List<KeyValuePair<string, object?>> named = [.. written.Named.Select(argument => new KeyValuePair<string, object?>(argument.Name, Evaluate(argument.Value)))];
        if (written.More is not null)
        {
            positional.AddRange(All(Evaluate(written.More)));
        }

        if (written.MoreNamed is not null)
        {
            var more = Evaluate(written.MoreNamed) as DictValue ?? throw new TemplateFault("what stands after '**' must be a dict");
            named.AddRange(more.Items.Select(item => new KeyValuePair<string, object?>(Text(item.Key).Text, item.Value)));
        }

        return new(positional, named);
    }

    private object? Filtered(Expression.Filter? filter, object? text)
    {
        if (filter is null)
        {
            return text;
        }

        var value = filter.Value is null ? text : Filtered((Expression.Filter)filter.Value, text);
        Line = filter.Line;
        return Filter(filter.Name, Arguments(filter.Arguments, value));
    }

    private object? Unary(Expression.Unary unary)
    {
        var value = Evaluate(unary.Value);
        return unary.Operator == "not" ? !ValueKind.IsTrue(value)
            : value is UndefinedValue undefined ? throw undefined.Fault()
            : !Number.Is(value) ? throw new TemplateFault($"bad operand type for unary {unary.Operator}: '{ValueKind.Name(value)}'")
            : unary.Operator == "-" ? value is double real ? -real : -Number.ToWhole(value)
            : value is double ? value : Number.ToWhole(value);
    }

    private object? Binary(Expression.Binary binary)
    {
        var left = Evaluate(binary.Left);
        if (binary.Operator is "and" or "or")
        {
            return ValueKind.IsTrue(left) == (binary.Operator == "and") ? Evaluate(binary.Right) : left;
        }

        var right = Evaluate(binary.Right);
        Line = binary.Line;
        return Operators.Compute(binary.Operator, left, right, Budget);
    }

    private object Comparison(Expression.Comparison comparison)
    {
        var left = Evaluate(comparison.First);
        foreach (var (operation, expression) in comparison.Rest)
        {
            var right = Evaluate(expression);
            if (!Operators.Holds(operation, left, right, Budget))
            {
                return false;
            }

            left = right;
        }

        return true;
    }

    private object? Slice(Expression.Slice slice)
    {
        var owner = Evaluate(slice.Owner);
        var (start, end, step) = (Bound(slice.Start), Bound(slice.End), Bound(slice.Step));
        if (owner is UndefinedValue undefined)
        {
            throw undefined.Fault();
        }

        if (owner is not (ListValue or MarkedText))
        {
            throw new TemplateFault($"'{ValueKind.Name(owner)}' object has no slices");
        }

        var places = SlicePlaces.Of(ValueKind.Length(owner), start, end, step);
        Budget.Spend(places.Count / 4 + 1);
        if (owner is ListValue list)
        {
            return new ListValue([.. places.All().Select(place => list.Items[place])], list.IsTuple);
        }

        var text = (MarkedText)owner;
        return places.Count == 0 ? MarkedText.Empty
            : places.Step == 1 ? text.Slice(text.UnitOf(places.Start), text.UnitOf(places.Start + places.Count))
            : places.All().Aggregate(new MarkedTextBuilder(), (builder, place) => builder.Append(text.CharacterAt(place))).Build();
    }

    private BigInteger? Bound(Expression? expression) => (expression is null ? null : Evaluate(expression)) switch
    {
        null => null,
        UndefinedValue undefined => throw undefined.Fault(),
        var value when Number.IsWhole(value) => Number.ToWhole(value),
        _ => throw new TemplateFault("slice indices must be integers or None"),
    };
}
