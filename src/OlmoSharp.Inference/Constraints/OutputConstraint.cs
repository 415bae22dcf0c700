using System.Runtime.CompilerServices;
using OlmoSharp.Tokenization;

namespace OlmoSharp.Inference.Constraints;

/// <summary>
/// Restricts generated text to a grammar: at every token those are forbidden after which no text of the grammar could follow. It may serve any number of generations, on any
/// threads; it remembers which tokens are allowed where.
/// </summary>
public sealed class OutputConstraint
{
    /// <summary>Where memory for what is allowed ends; it is then forgotten and found again.</summary>
    private const int MemoryInBytes = 64 << 20;

    /// <summary>Any JSON object; white space is bounded, so that a model cannot go on with it forever.</summary>
    public const string JsonObjectGrammar = """
        root   ::= object
        object ::= "{" space ( member ( "," space member )* )? "}"
        member ::= string space ":" space value
        array  ::= "[" space ( value ( "," space value )* )? "]"
        value  ::= ( object | array | string | number | "true" | "false" | "null" ) space
        string ::= "\"" ( [^"\\\x00-\x1F] | "\\" ( ["\\/bfnrt] | "u" [0-9a-fA-F]{4} ) )* "\""
        number ::= "-"? ( "0" | [1-9] [0-9]{0,15} ) ( "." [0-9]{1,16} )? ( [eE] [-+]? [0-9]{1,2} )?
        space  ::= ( " " | "\n" " "{0,20} )?
        """;

    // Building the tree takes long enough to do it once a tokenizer.
    private static readonly ConditionalWeakTable<Tokenizer, TokenTrie> Tries = [];

    // Reading makes new states, which all readers share.
    private readonly Lock _reading = new();
    private readonly ByteGrammar _grammar;
    private readonly TokenTrie _trie;
    private readonly Tokenizer _tokenizer;
    private readonly List<GrammarState> _remembered = [];

    private OutputConstraint(ByteGrammar grammar, Tokenizer tokenizer)
    {
        (_grammar, _tokenizer) = (grammar, tokenizer);
        _trie = Tries.GetValue(tokenizer, key => new(key));
    }

    /// <summary>Before the first token.</summary>
    internal GrammarState Start => _grammar.Start;

    /// <summary>Restricts text to JSON that a schema describes: the subset of JSON Schema that OpenAI's structured outputs use; see docs/inference.md.</summary>
    /// <param name="schema">The schema, JSON.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <exception cref="InferenceException">It is not JSON, uses a keyword that is not supported (the place is named), or describes no finite value.</exception>
    public static OutputConstraint JsonSchema(string schema, Tokenizer tokenizer) => new(JsonSchemaGrammar.Compile(schema), tokenizer);

    /// <summary>Restricts text to a grammar in the notation of llama.cpp (GBNF), whose rule <c>root</c> describes the whole text.</summary>
    /// <param name="grammar">The grammar.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <exception cref="InferenceException">It breaks the notation (line and column are named), describes no finite text, or has a rule that begins with itself.</exception>
    public static OutputConstraint Grammar(string grammar, Tokenizer tokenizer) => new(GrammarReader.Read(grammar), tokenizer);

    /// <summary>A bit for every token that may follow; the end of the text is not among them.</summary>
    internal ReadOnlySpan<ulong> Allowed(GrammarState state)
    {
        lock (_reading)
        {
            if (state.Allowed is null)
            {
                var allowed = _trie.Allowed(_grammar, state);
                if ((_remembered.Count + 1L) * allowed.Length * sizeof(ulong) > MemoryInBytes)
                {
                    _remembered.ForEach(static old => old.Allowed = null);
                    _remembered.Clear();
                }

                state.Allowed = allowed;
                _remembered.Add(state);
            }

            return state.Allowed;
        }
    }

    /// <summary>The state after one more token; null where its bytes do not fit.</summary>
    internal GrammarState? Next(GrammarState state, int id)
    {
        if (_tokenizer.IsSpecial(id))
        {
            return null;
        }

        lock (_reading)
        {
            foreach (var value in _tokenizer.TokenBytes(id))
            {
                if (_grammar.Next(state, value) is not { } next)
                {
                    return null;
                }

                state = next;
            }

            return state;
        }
    }
}
