using System.Collections.Frozen;

namespace OlmoSharp.Data.Sources.Documentation;

/// <summary>A parameter as the documentation knows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsOut">Whether its description says that the method sets it.</param>
internal readonly record struct DocumentedParameter(string Name, bool IsOut);

/// <summary>Renders documentation identifiers as C#-like signatures.</summary>
internal sealed class SignatureRenderer(TypeCatalog catalog)
{
    private static readonly FrozenDictionary<string, string> Operators = new Dictionary<string, string>
    {
        ["op_Addition"] = "+",
        ["op_Subtraction"] = "-",
        ["op_Multiply"] = "*",
        ["op_Division"] = "/",
        ["op_Modulus"] = "%",
        ["op_ExclusiveOr"] = "^",
        ["op_BitwiseAnd"] = "&",
        ["op_BitwiseOr"] = "|",
        ["op_LeftShift"] = "<<",
        ["op_RightShift"] = ">>",
        ["op_UnsignedRightShift"] = ">>>",
        ["op_Equality"] = "==",
        ["op_Inequality"] = "!=",
        ["op_LessThan"] = "<",
        ["op_GreaterThan"] = ">",
        ["op_LessThanOrEqual"] = "<=",
        ["op_GreaterThanOrEqual"] = ">=",
        ["op_UnaryPlus"] = "+",
        ["op_UnaryNegation"] = "-",
        ["op_LogicalNot"] = "!",
        ["op_OnesComplement"] = "~",
        ["op_Increment"] = "++",
        ["op_Decrement"] = "--",
        ["op_True"] = "true",
        ["op_False"] = "false",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly TypeNotation _types = new(catalog);

    /// <summary>Renders a member's declaration, such as <c>List&lt;T&gt;.Add(T item)</c>.</summary>
    /// <param name="member">The member.</param>
    /// <param name="typeParameters">The documented names of the member's own type parameters; others are made up where the number differs.</param>
    /// <param name="parameters">The documented parameters; left out of the signature where the number differs.</param>
    public string Declaration(MemberId member, IReadOnlyList<string> typeParameters, IReadOnlyList<DocumentedParameter> parameters)
    {
        var own = typeParameters.Count == member.Arity ? typeParameters : TypeCatalog.DefaultNames(member.Arity);
        return $"{catalog.ShortName(member.Type)}{Tail(member, own, parameters)}";
    }

    /// <summary>
    /// Renders a reference within prose: a type by its short name, a member of the type at hand by its own name, another by type and name.
    /// </summary>
    /// <param name="reference">A documentation identifier, or anything else that a <c>cref</c> may hold.</param>
    /// <param name="currentType">The type whose documentation the prose belongs to.</param>
    public string Reference(string reference, string currentType)
    {
        if (reference.StartsWith("Overload:", StringComparison.Ordinal))
        {
            reference = $"O:{reference["Overload:".Length..]}";
        }

        if (MemberId.TryParse(reference) is not { } member)
        {
            return reference[(reference.LastIndexOf('.') + 1)..];
        }

        switch (member.Kind)
        {
            case 'T':
                return catalog.ShortName(member.Type);
            case 'N':
                return member.Type;
            case '!':
                return $"{member.Type}.{member.Name}";
            default:
                var tail = Tail(member, TypeCatalog.DefaultNames(member.Arity), []);
                return member.Type == currentType && tail.StartsWith('.') ? tail[1..] : catalog.ShortName(member.Type) + tail;
        }
    }

    private string Tail(MemberId member, IReadOnlyList<string> methodParameters, IReadOnlyList<DocumentedParameter> parameters)
    {
        var scope = catalog.TypeParametersInScope(member.Type);
        var list = string.Join(", ", member.Parameters.Select((type, index) =>
        {
            var named = parameters.Count == member.Parameters.Count;
            var rendered = _types.Render(type, scope, methodParameters, named && parameters[index].IsOut ? "out" : "ref");
            return named ? $"{rendered} {parameters[index].Name}" : rendered;
        }));

        var (prefix, name) = SplitInterface(member.Name, scope);
        var generic = methodParameters.Count > 0 ? $"<{string.Join(", ", methodParameters)}>" : "";
        return member.Kind switch
        {
            'M' when name == "#ctor" => $"({list})",
            'M' when name == "#cctor" => ".static constructor",
            'M' when name.StartsWith("op_", StringComparison.Ordinal) => $".{prefix}{Operator(name, member, scope, methodParameters)}({list})",
            'M' => $".{prefix}{name}{generic}({list})",
            'P' when list.Length > 0 => $".{prefix}this[{list}]",
            _ => $".{prefix}{name}",
        };
    }

    private string Operator(string name, MemberId member, IReadOnlyList<string> scope, IReadOnlyList<string> methodParameters)
    {
        var isChecked = name.StartsWith("op_Checked", StringComparison.Ordinal);
        name = isChecked ? $"op_{name["op_Checked".Length..]}" : name;
        var word = isChecked ? "operator checked" : "operator";
        if (name is "op_Implicit" or "op_Explicit")
        {
            var result = member.Result is null ? "" : $" {_types.Render(member.Result, scope, methodParameters)}";
            return $"{name["op_".Length..].ToLowerInvariant()} {word}{result}";
        }

        return Operators.TryGetValue(name, out var symbol) ? $"{word} {symbol}" : name;
    }

    // System#Collections#Generic#ICollection{T}#Add is the explicit implementation of ICollection<T>.Add; commas are written @.
    private (string Prefix, string Name) SplitInterface(string name, IReadOnlyList<string> scope)
    {
        var depth = 0;
        for (var i = name.Length - 1; i > 0; i--)
        {
            depth += name[i] switch { '}' => 1, '{' => -1, _ => 0 };
            if (name[i] == '#' && depth == 0)
            {
                var type = name[..i].Replace('#', '.').Replace('@', ',');
                return ($"{_types.Render(type, scope, [])}.", name[(i + 1)..]);
            }
        }

        return ("", name);
    }
}
