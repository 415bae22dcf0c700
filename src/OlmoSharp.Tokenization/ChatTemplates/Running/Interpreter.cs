using OlmoSharp.Tokenization.ChatTemplates.Syntax;
using OlmoSharp.Tokenization.ChatTemplates.Values;

namespace OlmoSharp.Tokenization.ChatTemplates.Running;

/// <summary>Runs a template once.</summary>
internal sealed partial class Interpreter
{
    private const int MostCalls = 100;

    private Scope _scope;
    private MarkedTextBuilder _output = new();
    private int _loops;
    private int _calls;

    private Interpreter(RenderBudget budget, Scope variables, TimeProvider time)
    {
        (Budget, Time) = (budget, time);
        _scope = new(variables);
    }

    /// <summary>What may still be done.</summary>
    public RenderBudget Budget { get; }

    /// <summary>The clock of <c>strftime_now</c>.</summary>
    public TimeProvider Time { get; }

    /// <summary>The line that runs, from 1.</summary>
    private int Line { get; set; } = 1;

    /// <summary>Runs a template.</summary>
    /// <param name="name">What errors call it.</param>
    /// <param name="statements">The template.</param>
    /// <param name="variables">What is given to it.</param>
    /// <param name="steps">How much it may do.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ChatTemplateException">It refuses what it is given, or goes wrong.</exception>
    public static MarkedText Run(string name, IReadOnlyList<Statement> statements, IEnumerable<KeyValuePair<string, object?>> variables, long steps, TimeProvider time)
    {
        Scope given = new(null);
        foreach (var (variable, value) in GlobalFunctions.All.Concat(variables))
        {
            given.Set(variable, value);
        }

        Interpreter interpreter = new(new(steps), given, time);
        given.Set("strftime_now", new CallableValue("strftime_now", interpreter.Now));
        var before = Nesting.CountWith(interpreter.Budget);
        try
        {
            interpreter.Execute(statements);
            return interpreter._output.Build();
        }
        catch (TemplateFault fault)
        {
            throw new ChatTemplateException(name, interpreter.Line, fault.Message, fault);
        }
        finally
        {
            Nesting.CountWith(before);
        }
    }

    /// <summary>A value as text.</summary>
    public MarkedText Text(object? value) => ValueText.Of(value, Budget);

    private MarkedText Now(CallArguments arguments)
    {
        var format = arguments.Bind("strftime_now", 1, "format").Text(0);
        return format.With(PythonTime.Format(Time.GetLocalNow(), format.Text));
    }

    private Flow Execute(IReadOnlyList<Statement> statements)
    {
        Nesting.Check();
        foreach (var statement in statements)
        {
            if (Execute(statement) is var flow and not Flow.Next)
            {
                return flow;
            }
        }

        return Flow.Next;
    }

    private Flow Execute(Statement statement)
    {
        Budget.Spend();
        Line = statement.Line;
        switch (statement)
        {
            case Statement.Text text:
                Budget.SpendText(text.Value.Length);
                _output.Append(text.Value);
                break;
            case Statement.Print print:
                var printed = Text(Evaluate(print.Value));
                Budget.SpendText(printed.Text.Length);
                _output.Append(printed);
                break;
            case Statement.If choice:
                return Execute(choice.Branches.FirstOrDefault(branch => ValueKind.IsTrue(Evaluate(branch.Test)), (null!, choice.Else)).Body);
            case Statement.For loop:
                Loop(loop);
                break;
            case Statement.Set set:
                Assign(set.Target, Evaluate(set.Value));
                break;
            case Statement.SetBlock set:
                Assign(set.Target, Filtered(set.Filter, Captured(set.Body, new(_scope))));
                break;
            case Statement.FilterBlock filter:
                _output.Append(Text(Filtered(filter.Filter, Captured(filter.Body, new(_scope)))));
                break;
            case Statement.With with:
                return Execute(with);
            case Statement.Group group:
                return Inside(new(_scope), () => Execute(group.Body));
            case Statement.Macro macro:
                _scope.Set(macro.Name, Macro(macro.Name, macro.Signature, macro.Body));
                break;
            case Statement.CallBlock call:
                Execute(call);
                break;
            case Statement.Break:
                return Flow.Break;
            case Statement.Continue:
                return Flow.Continue;
        }

        return Flow.Next;
    }

    private Flow Execute(Statement.With with)
    {
        Scope inner = new(_scope);
        foreach (var (target, expression) in with.Variables)
        {
            var value = Evaluate(expression);
            Inside(inner, () => Assign(target, value));
        }

        return Inside(inner, () => Execute(with.Body));
    }

    private void Execute(Statement.CallBlock block)
    {
        var arguments = Arguments(block.Call.Arguments);
        var caller = Macro("caller", block.Signature, block.Body);
        var result = Call(Evaluate(block.Call.Function), new(arguments.Positional, [.. arguments.Named, new("caller", caller)]), block.Call);
        _output.Append(Text(result));
    }

    private void Loop(Statement.For loop)
    {
        var items = All(Evaluate(loop.Items));
        if (loop.Test is not null)
        {
            items = [.. items.Where(item => Inside(new(_scope), () =>
            {
                Assign(loop.Target, item);
                return ValueKind.IsTrue(Evaluate(loop.Test));
            }))];
        }

        if (items.Count == 0)
        {
            Inside(new(_scope), () => Execute(loop.Else));
            return;
        }

        LoopValue state = new(items, ++_loops);
        for (var i = 0; i < items.Count; i++)
        {
            state.Index = i;
            Scope turn = new(_scope);
            turn.Set("loop", state);
            var flow = Inside(turn, () =>
            {
                Line = loop.Line;
                Assign(loop.Target, items[i]);
                return Execute(loop.Body);
            });
            if (flow == Flow.Break)
            {
                break;
            }
        }

        _loops--;
    }

    /// <summary>What a value holds, as a list.</summary>
    private IReadOnlyList<object?> All(object? value)
    {
        if (value is ListValue list)
        {
            Budget.Spend(list.Items.Count);
            return list.Items;
        }

        List<object?> items = [];
        foreach (var item in ValueKind.Items(value))
        {
            Budget.Spend();
            items.Add(item);
        }

        return items;
    }

    private void Assign(Target target, object? value)
    {
        switch (target)
        {
            case Target.Variable variable:
                _scope.Set(variable.Name, value);
                break;
            case Target.Attribute attribute:
                var owner = _scope.TryGet(attribute.Namespace, out var found) ? found as NamespaceValue : null;
                (owner ?? throw new TemplateFault($"cannot assign an attribute of '{attribute.Namespace}', which is no namespace")).Attributes[attribute.Name] = value;
                break;
            case Target.Several several:
                var items = All(value);
                if (items.Count != several.Items.Count)
                {
                    throw new TemplateFault($"{items.Count} values cannot be unpacked into {several.Items.Count} names");
                }

                for (var i = 0; i < items.Count; i++)
                {
                    Assign(several.Items[i], items[i]);
                }

                break;
        }
    }

    private CallableValue Macro(string name, MacroSignature signature, IReadOnlyList<Statement> body)
    {
        var around = _scope;
        return new(name, arguments => Captured(body, Parameters(name, signature, arguments, around)))
        {
            Attribute = attribute => attribute == "name" ? new MarkedText(name, isForeign: false) : new UndefinedValue($"a macro has no attribute '{attribute}'"),
        };
    }

    private Scope Parameters(string name, MacroSignature signature, CallArguments arguments, Scope around)
    {
        Scope inner = new(around);
        var named = arguments.Named.ToDictionary(argument => argument.Key, argument => argument.Value);
        for (var i = 0; i < signature.Parameters.Count; i++)
        {
            var (parameter, otherwise) = signature.Parameters[i];
            var isNamed = named.Remove(parameter, out var value);
            if (i < arguments.Positional.Count)
            {
                value = isNamed ? throw new TemplateFault($"macro '{name}' is given '{parameter}' twice") : arguments.Positional[i];
            }
            else if (!isNamed)
            {
                value = otherwise is null
                    ? new UndefinedValue($"parameter '{parameter}' was not provided")
                    : Inside(inner, () => Evaluate(otherwise));
            }

            inner.Set(parameter, value);
        }

        if (named.Remove("caller", out var caller))
        {
            inner.Set("caller", signature.TakesCaller ? caller : throw new TemplateFault($"macro '{name}' does not call its caller"));
        }
        else if (signature.TakesCaller)
        {
            inner.Set("caller", new UndefinedValue("no caller defined"));
        }

        inner.Set("varargs", new ListValue([.. arguments.Positional.Skip(signature.Parameters.Count)], isTuple: true));
        if (!signature.TakesMore && arguments.Positional.Count > signature.Parameters.Count)
        {
            throw new TemplateFault($"macro '{name}' takes not more than {signature.Parameters.Count} argument(s)");
        }

        if (!signature.TakesMoreNamed && named.Count > 0)
        {
            throw new TemplateFault($"macro '{name}' takes no keyword argument '{named.Keys.First()}'");
        }

        inner.Set("kwargs", CallArguments.Gather(named));
        return inner;
    }

    /// <summary>Runs statements whose text goes somewhere else.</summary>
    private MarkedText Captured(IReadOnlyList<Statement> body, Scope scope)
    {
        var (output, line) = (_output, Line);
        if (++_calls > MostCalls)
        {
            throw new TemplateFault($"more than {MostCalls} macros call each other");
        }

        _output = new();
        Inside(scope, () => Execute(body));
        var text = _output.Build();
        _calls--;
        (_output, Line) = (output, line);
        return text;
    }

    // An error ends the whole run, so that nothing need be put back after one.
    private T Inside<T>(Scope scope, Func<T> run)
    {
        var outer = _scope;
        _scope = scope;
        var result = run();
        _scope = outer;
        return result;
    }

    private void Inside(Scope scope, Action run) => Inside(scope, () =>
    {
        run();
        return true;
    });
}
