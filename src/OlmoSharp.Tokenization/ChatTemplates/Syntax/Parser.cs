using System.Runtime.CompilerServices;

namespace OlmoSharp.Tokenization.ChatTemplates.Syntax;

/// <summary>Reads a template: Jinja2's grammar with loop controls and transformers' <c>generation</c> blocks, without inheritance, imports and recursive loops.</summary>
internal sealed partial class Parser
{
    // Deeper nesting than any template has; the stack has room for far more.
    private const int MostNesting = 100;

    private readonly IReadOnlyList<Token> _tokens;

    // What the macros around this place read of what they are called with.
    private readonly Stack<HashSet<string>> _macros = [];
    private int _place;
    private int _nesting;
    private int _loops;

    private Parser(IReadOnlyList<Token> tokens) => _tokens = tokens;

    private Token Current => _tokens[_place];

    /// <summary>Reads a template.</summary>
    /// <exception cref="TemplateSyntaxFault">It breaks the grammar, or uses what is not supported.</exception>
    public static IReadOnlyList<Statement> Read(string template)
    {
        Parser parser = new(Lexer.Read(template));
        var statements = parser.Statements([], "the template");
        return parser.Current.Kind == TokenKind.End ? statements : throw parser.Unexpected();
    }

    private Token Next() => _tokens[_place].Kind == TokenKind.End ? _tokens[_place] : _tokens[_place++];

    private bool Skip(string operation)
    {
        var found = Current.Is(operation);
        _place += found ? 1 : 0;
        return found;
    }

    private bool SkipName(string name)
    {
        var found = Current.IsName(name);
        _place += found ? 1 : 0;
        return found;
    }

    private void Expect(string operation)
    {
        if (!Skip(operation))
        {
            throw Fault($"'{operation}' was expected, not {Current}");
        }
    }

    private void Expect(TokenKind kind)
    {
        if (Current.Kind != kind)
        {
            throw Fault($"{new Token(kind, "", 0)} was expected, not {Current}");
        }

        _place++;
    }

    private string ExpectName() => Current.Kind == TokenKind.Name ? Next().Text : throw Fault($"a name was expected, not {Current}");

    private TemplateSyntaxFault Fault(string reason) => new(Current.Line, reason);

    private TemplateSyntaxFault Unexpected() => Fault($"unexpected {Current}");

    private T Nested<T>(Func<T> read)
    {
        if (++_nesting > MostNesting || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw Fault("nested too deeply");
        }

        var value = read();
        _nesting--;
        return value;
    }
}
