namespace OlmoSharp.Data.Sources.Documentation;

/// <summary>
/// A documentation identifier of a member taken apart, for example
/// <c>M:System.Collections.Generic.List`1.ConvertAll``1(System.Converter{`0,``0})</c>.
/// The format is the C# language standard's annex on documentation comments, "Processing the documentation file".
/// </summary>
internal sealed record MemberId
{
    /// <summary><c>T</c> type, <c>M</c> method, <c>P</c> property, <c>F</c> field, <c>E</c> event, <c>N</c> namespace.</summary>
    public required char Kind { get; init; }

    /// <summary>The type, or the type that declares the member: <c>System.Collections.Generic.List`1</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The member's name without arity; for an explicit implementation with its interface, as in the identifier. Empty for a type.</summary>
    public string Name { get; init; } = "";

    /// <summary>How many type parameters the method itself has.</summary>
    public int Arity { get; init; }

    /// <summary>The parameters' types in the identifier's notation.</summary>
    public IReadOnlyList<string> Parameters { get; init; } = [];

    /// <summary>The result's type, which only conversion operators carry.</summary>
    public string? Result { get; init; }

    /// <summary>Takes an identifier apart, or gives null for one of another form.</summary>
    public static MemberId? TryParse(string id)
    {
        if (id.Length < 3 || id[1] != ':')
        {
            return null;
        }

        var body = id[2..];
        if (id[0] is 'T' or 'N')
        {
            return new MemberId { Kind = id[0], Type = body };
        }

        var tilde = body.IndexOf('~', StringComparison.Ordinal);
        var result = tilde >= 0 ? body[(tilde + 1)..] : null;
        body = tilde >= 0 ? body[..tilde] : body;
        var open = body.IndexOf('(', StringComparison.Ordinal);
        var path = open >= 0 ? body[..open] : body;
        var dot = path.LastIndexOf('.');
        if (dot < 0 || open >= 0 && !body.EndsWith(')'))
        {
            return null;
        }

        // The arity of an explicit implementation comes after its interface's own: System#IFoo{T}#Bar``1.
        var member = path[(dot + 1)..];
        var ticks = member.LastIndexOf("``", StringComparison.Ordinal);
        var (name, arity) = ticks >= 0 && !member.AsSpan(ticks).ContainsAny('}', '#')
            ? (member[..ticks], TypeCatalog.SplitArity(member[ticks..]).Arity)
            : (member, 0);
        return new MemberId
        {
            Kind = id[0],
            Type = path[..dot],
            Name = name,
            Arity = arity,
            Parameters = open >= 0 ? SplitParameters(body[(open + 1)..^1]) : [],
            Result = result,
        };
    }

    private static List<string> SplitParameters(string list)
    {
        var parameters = new List<string>();
        var depth = 0;
        var start = 0;
        for (var i = 0; i < list.Length; i++)
        {
            switch (list[i])
            {
                case '{' or '[' or '(':
                    depth++;
                    break;
                case '}' or ']' or ')':
                    depth--;
                    break;
                case ',' when depth == 0:
                    parameters.Add(list[start..i]);
                    start = i + 1;
                    break;
            }
        }

        if (list.Length > 0)
        {
            parameters.Add(list[start..]);
        }

        return parameters;
    }
}
