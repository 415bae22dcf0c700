using System.Globalization;
using System.Text;

namespace OlmoSharp.Data.Sources.Documentation;

/// <summary>
/// The types that the documentation files describe, with the names of their type parameters: what tells a nested type from a namespace,
/// and <c>List`1</c> as <c>List&lt;T&gt;</c>.
/// </summary>
internal sealed class TypeCatalog
{
    private readonly Dictionary<string, IReadOnlyList<string>> _typeParameters = new(StringComparer.Ordinal);

    /// <summary>Adds a type by its documentation name, such as <c>System.Collections.Generic.List`1</c>.</summary>
    public void Add(string typeName, IReadOnlyList<string> typeParameters) => _typeParameters.TryAdd(typeName, typeParameters);

    /// <summary>Adds another catalog's types.</summary>
    public void AddRange(TypeCatalog other)
    {
        foreach (var (typeName, typeParameters) in other._typeParameters)
        {
            Add(typeName, typeParameters);
        }
    }

    /// <summary>Where the type's own name begins within its documentation name, after namespace and dot.</summary>
    public int StartOfName(string typeName)
    {
        for (var dot = typeName.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = typeName.IndexOf('.', dot + 1))
        {
            var outer = typeName[..dot];
            if (_typeParameters.ContainsKey(outer) || outer.AsSpan()[(outer.LastIndexOf('.') + 1)..].Contains('`'))
            {
                return outer.LastIndexOf('.') + 1;
            }
        }

        return typeName.LastIndexOf('.') + 1;
    }

    /// <summary>The type's namespace, empty for the global one.</summary>
    public string NamespaceOf(string typeName) => StartOfName(typeName) is var start && start > 0 ? typeName[..(start - 1)] : "";

    /// <summary>The type's name without namespace and with its type parameters: <c>Dictionary&lt;TKey, TValue&gt;.KeyCollection</c>.</summary>
    public string ShortName(string typeName)
    {
        var start = StartOfName(typeName);
        var name = new StringBuilder();
        foreach (var (segment, parameters) in Segments(typeName, start))
        {
            name.Append(name.Length > 0 ? "." : "").Append(segment);
            if (parameters.Count > 0)
            {
                name.Append('<').AppendJoin(", ", parameters).Append('>');
            }
        }

        return name.ToString();
    }

    /// <summary>All type parameters in scope, those of enclosing types first, as <c>`0</c>, <c>`1</c>… count them.</summary>
    public IReadOnlyList<string> TypeParametersInScope(string typeName) =>
        [.. Segments(typeName, StartOfName(typeName)).SelectMany(segment => segment.Parameters)];

    /// <summary>Names for type parameters that have none: <c>T</c>, or <c>T1</c>, <c>T2</c>…</summary>
    public static IReadOnlyList<string> DefaultNames(int arity) =>
        arity == 1 ? ["T"] : [.. Enumerable.Range(1, arity).Select(number => $"T{number}")];

    /// <summary>Splits <c>List`1</c> or <c>Cast``1</c> into name and arity.</summary>
    public static (string Name, int Arity) SplitArity(string segment)
    {
        var tick = segment.IndexOf('`', StringComparison.Ordinal);
        return tick >= 0 && int.TryParse(segment.AsSpan(tick).TrimStart('`'), CultureInfo.InvariantCulture, out var arity)
            ? (segment[..tick], arity)
            : (segment, 0);
    }

    private IEnumerable<(string Name, IReadOnlyList<string> Parameters)> Segments(string typeName, int start)
    {
        while (start <= typeName.Length)
        {
            var end = typeName.IndexOf('.', start) is var dot && dot >= 0 ? dot : typeName.Length;
            var (name, arity) = SplitArity(typeName[start..end]);
            var parameters = _typeParameters.TryGetValue(typeName[..end], out var known) && known.Count == arity ? known : DefaultNames(arity);
            yield return (name, parameters);
            start = end + 1;
        }
    }
}
