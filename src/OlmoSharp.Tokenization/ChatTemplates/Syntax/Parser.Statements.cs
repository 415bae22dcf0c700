namespace OlmoSharp.Tokenization.ChatTemplates.Syntax;

/// <content>Statements.</content>
internal sealed partial class Parser
{
    private static readonly string[] Keywords = ["true", "false", "none", "True", "False", "None", "and", "or", "not", "in", "is", "if", "else"];

    /// <summary>Reads statements up to a tag with one of some names, which is left.</summary>
    private List<Statement> Statements(ReadOnlySpan<string> ends, string what)
    {
        List<Statement> statements = [];
        var line = Current.Line;
        while (true)
        {
            switch (Current.Kind)
            {
                case TokenKind.Data:
                    statements.Add(new Statement.Text(Current.Line, Next().Text));
                    break;
                case TokenKind.VariableBegin:
                    _place++;
                    statements.Add(new Statement.Print(Current.Line, Tuple()));
                    Expect(TokenKind.VariableEnd);
                    break;
                case TokenKind.BlockBegin when ends.Contains(_tokens[_place + 1].Text) && _tokens[_place + 1].Kind == TokenKind.Name:
                    return statements;
                case TokenKind.BlockBegin:
                    _place++;
                    statements.Add(Block());
                    break;
                case TokenKind.End when ends.IsEmpty:
                    return statements;
                case TokenKind.End:
                    throw new TemplateSyntaxFault(line, $"{what} has no '{ends[^1]}'");
                default:
                    throw Unexpected();
            }
        }
    }

    /// <summary>Reads statements and the name of the tag that ends them.</summary>
    private List<Statement> Body(string what, out string end, params string[] ends)
    {
        Expect(TokenKind.BlockEnd);
        var statements = Nested(() => Statements(ends, $"'{what}'"));
        _place++;
        end = Next().Text;
        return statements;
    }

    private List<Statement> Body(string what)
    {
        var statements = Body(what, out _, "end" + what);
        Expect(TokenKind.BlockEnd);
        return statements;
    }

    private Statement Block()
    {
        var line = Current.Line;
        switch (ExpectName())
        {
            case "if":
                return If(line);
            case "for":
                return For(line);
            case "set":
                return Set(line);
            case "with":
                return With(line);
            case "filter":
                return new Statement.FilterBlock(line, Filters(null) ?? throw Fault("a filter was expected"), Body("filter"));
            case "macro":
                return Macro(line);
            case "call":
                return CallBlock(line);
            case "generation":
                return new Statement.Group(line, Body("generation"));
            case "print":
                var value = Tuple();
                Expect(TokenKind.BlockEnd);
                return new Statement.Print(line, value);
            case "break" or "continue" when _loops == 0:
                _place--;
                throw Fault($"{Current} is outside of a loop");
            case "break":
                Expect(TokenKind.BlockEnd);
                return new Statement.Break(line);
            case "continue":
                Expect(TokenKind.BlockEnd);
                return new Statement.Continue(line);
            case "block" or "extends" or "include" or "import" or "from" or "autoescape":
                _place--;
                throw Fault($"{Current} is not supported; chat templates stand alone");
            default:
                _place--;
                throw Fault($"unknown tag {Current}");
        }
    }

    private Statement.If If(int line)
    {
        List<(Expression, IReadOnlyList<Statement>)> branches = [];
        string end;
        do
        {
            branches.Add((Tuple(conditional: false), Body("if", out end, "elif", "else", "endif")));
        }
        while (end == "elif");
        IReadOnlyList<Statement> otherwise = end == "else" ? Body("if", out _, "endif") : [];
        Expect(TokenKind.BlockEnd);
        return new(line, branches, otherwise);
    }

    private Statement.For For(int line)
    {
        var target = Targets();
        if (!SkipName("in"))
        {
            throw Fault($"'in' was expected, not {Current}");
        }

        var items = Tuple(conditional: false, end: "recursive");
        var test = SkipName("if") ? Expression() : null;
        if (Current.IsName("recursive"))
        {
            throw Fault("recursive loops are not supported");
        }

        _loops++;
        var body = Body("for", out var end, "else", "endfor");
        _loops--;
        IReadOnlyList<Statement> otherwise = end == "else" ? Body("for", out _, "endfor") : [];
        Expect(TokenKind.BlockEnd);
        return new(line, target, items, test, body, otherwise);
    }

    private Statement Set(int line)
    {
        var target = Targets();
        if (Skip("="))
        {
            var value = Tuple();
            Expect(TokenKind.BlockEnd);
            return new Statement.Set(line, target, value);
        }

        var filter = Current.Is("|") ? Filters(null) : null;
        return new Statement.SetBlock(line, target, filter, Body("set"));
    }

    private Statement.With With(int line)
    {
        List<(Target, Expression)> variables = [];
        while (Current.Kind != TokenKind.BlockEnd)
        {
            if (variables.Count > 0)
            {
                Expect(",");
            }

            var target = Targets();
            Expect("=");
            variables.Add((target, Expression()));
        }

        return new(line, variables, Body("with"));
    }

    private Statement.Macro Macro(int line)
    {
        var name = ExpectName();
        var (signature, body) = MacroBody("macro");
        return new(line, name, signature, body);
    }

    private Statement.CallBlock CallBlock(int line)
    {
        // The call stands between the parameters and the body, but belongs to the place around them.
        var parameters = Current.Is("(") ? Parameters() : [];
        var call = Expression() as Expression.Call ?? throw Fault("a call was expected");
        var (signature, body) = MacroBody("call", parameters);
        return new(line, call, signature, body);
    }

    private (MacroSignature Signature, IReadOnlyList<Statement> Body) MacroBody(string what, List<(string, Expression?)>? parameters = null)
    {
        var loops = _loops;
        _loops = 0;
        HashSet<string> read = [];
        _macros.Push(read);
        parameters ??= Parameters();
        var body = Body(what);
        _macros.Pop();
        _loops = loops;
        return (new(parameters, read.Contains("varargs"), read.Contains("kwargs"), read.Contains("caller")), body);
    }

    private List<(string, Expression?)> Parameters()
    {
        List<(string, Expression?)> parameters = [];
        Expect("(");
        while (!Skip(")"))
        {
            if (parameters.Count > 0)
            {
                Expect(",");
            }

            var name = ExpectName();
            var otherwise = Skip("=") ? Expression() : null;
            if (otherwise is null && parameters.Count > 0 && parameters[^1].Item2 is not null)
            {
                throw Fault($"the parameter '{name}' has no default, but one before it has");
            }

            parameters.Add((name, otherwise));
        }

        return parameters;
    }

    private Target Targets()
    {
        List<Target> targets = [];
        var isTuple = false;
        do
        {
            if (targets.Count > 0 && (Current.IsName("in") || Current.Is("=")))
            {
                break;
            }

            targets.Add(OneTarget());
            isTuple |= Current.Is(",");
        }
        while (Skip(","));
        return isTuple ? new Target.Several(targets) : targets[0];
    }

    private Target OneTarget()
    {
        if (Skip("("))
        {
            var inner = Nested(Targets);
            Expect(")");
            return inner;
        }

        var name = ExpectName();
        return Keywords.Contains(name) ? throw Fault($"nothing can be given to '{name}'")
            : Skip(".") ? new Target.Attribute(name, ExpectName())
            : new Target.Variable(name);
    }
}
