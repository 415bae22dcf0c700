using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace OlmoSharp.Data.Sources.Documentation;

/// <summary>Renders types from the notation of documentation identifiers: <c>System.Func{`0,System.Int32}[]@</c> becomes <c>ref Func&lt;T, int&gt;[]</c>.</summary>
internal sealed class TypeNotation(TypeCatalog catalog)
{
    private static readonly FrozenDictionary<string, string> Keywords = new Dictionary<string, string>
    {
        ["System.Boolean"] = "bool",
        ["System.Byte"] = "byte",
        ["System.SByte"] = "sbyte",
        ["System.Char"] = "char",
        ["System.Decimal"] = "decimal",
        ["System.Double"] = "double",
        ["System.Single"] = "float",
        ["System.Int32"] = "int",
        ["System.UInt32"] = "uint",
        ["System.IntPtr"] = "nint",
        ["System.UIntPtr"] = "nuint",
        ["System.Int64"] = "long",
        ["System.UInt64"] = "ulong",
        ["System.Int16"] = "short",
        ["System.UInt16"] = "ushort",
        ["System.Object"] = "object",
        ["System.String"] = "string",
        ["System.Void"] = "void",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Renders a type.</summary>
    /// <param name="notation">The type as a documentation identifier writes it.</param>
    /// <param name="typeParameters">Names for <c>`0</c>, <c>`1</c>…</param>
    /// <param name="methodParameters">Names for <c>``0</c>, <c>``1</c>…</param>
    /// <param name="byReference">What stands before a type passed by reference: <c>ref</c>, <c>out</c> or <c>in</c>.</param>
    public string Render(string notation, IReadOnlyList<string> typeParameters, IReadOnlyList<string> methodParameters, string byReference = "ref")
    {
        var position = 0;
        var type = Parse(notation, ref position, typeParameters, methodParameters, out var isReference);
        return isReference ? $"{byReference} {type}" : type;
    }

    private string Parse(
        string notation, ref int position, IReadOnlyList<string> typeParameters, IReadOnlyList<string> methodParameters, out bool isReference)
    {
        var type = new StringBuilder(
            notation.AsSpan(position).StartsWith('`')
                ? ParseTypeParameter(notation, ref position, typeParameters, methodParameters)
                : ParseNamed(notation, ref position, typeParameters, methodParameters));
        isReference = false;
        while (position < notation.Length)
        {
            switch (notation[position])
            {
                case '[':
                    var close = notation.IndexOf(']', position) is var found && found >= 0 ? found : notation.Length - 1;
                    type.Append('[').Append(',', notation.AsSpan(position, close - position).Count(',')).Append(']');
                    position = close + 1;
                    break;
                case '*':
                    type.Append('*');
                    position++;
                    break;
                case '@':
                    isReference = true;
                    position++;
                    break;
                case '|' or '!':
                    // A custom modifier, which C# does not write.
                    position++;
                    Parse(notation, ref position, typeParameters, methodParameters, out _);
                    break;
                default:
                    return type.ToString();
            }
        }

        return type.ToString();
    }

    private static string ParseTypeParameter(
        string notation, ref int position, IReadOnlyList<string> typeParameters, IReadOnlyList<string> methodParameters)
    {
        var names = notation.AsSpan(position).StartsWith("``") ? methodParameters : typeParameters;
        position += names == methodParameters && notation.AsSpan(position).StartsWith("``") ? 2 : 1;
        var start = position;
        while (position < notation.Length && char.IsAsciiDigit(notation[position]))
        {
            position++;
        }

        return int.TryParse(notation.AsSpan(start, position - start), CultureInfo.InvariantCulture, out var index) && index < names.Count
            ? names[index]
            : $"T{notation[start..position]}";
    }

    private string ParseNamed(
        string notation, ref int position, IReadOnlyList<string> typeParameters, IReadOnlyList<string> methodParameters)
    {
        // The documentation name is rebuilt with arities (Dictionary`2.KeyCollection) to look the type up.
        var name = new StringBuilder();
        var arguments = new List<(int Segment, List<string> Types)>();
        var segment = 0;
        while (position < notation.Length)
        {
            var character = notation[position];
            if (character == '{')
            {
                var types = ParseArguments(notation, ref position, typeParameters, methodParameters);
                name.Append('`').Append(types.Count);
                arguments.Add((segment, types));
            }
            else if (character is '}' or ',' or '@' or '*' or '[' or ']' or '|' or '!' or '(' or ')')
            {
                break;
            }
            else
            {
                segment += character == '.' ? 1 : 0;
                name.Append(character);
                position++;
            }
        }

        var typeName = name.ToString();
        if (arguments.Count == 0)
        {
            return Keywords.TryGetValue(typeName, out var keyword) ? keyword : catalog.ShortName(typeName);
        }

        if (typeName == "System.Nullable`1")
        {
            return arguments[0].Types[0] + "?";
        }

        return typeName.StartsWith("System.ValueTuple`", StringComparison.Ordinal) && arguments[0].Types.Count > 1
            ? $"({string.Join(", ", arguments[0].Types)})"
            : WithArguments(typeName, arguments);
    }

    private List<string> ParseArguments(
        string notation, ref int position, IReadOnlyList<string> typeParameters, IReadOnlyList<string> methodParameters)
    {
        var types = new List<string>();
        do
        {
            position++;
            types.Add(Parse(notation, ref position, typeParameters, methodParameters, out _));
        }
        while (position < notation.Length && notation[position] == ',');
        position += position < notation.Length ? 1 : 0;
        return types;
    }

    private string WithArguments(string typeName, List<(int Segment, List<string> Types)> arguments)
    {
        var start = catalog.StartOfName(typeName);
        var segment = typeName.AsSpan(0, start).Count('.');
        var rendered = new StringBuilder();
        foreach (var part in typeName[start..].Split('.'))
        {
            rendered.Append(rendered.Length > 0 ? "." : "").Append(TypeCatalog.SplitArity(part).Name);
            if (arguments.Find(argument => argument.Segment == segment).Types is { } types)
            {
                rendered.Append('<').AppendJoin(", ", types).Append('>');
            }

            segment++;
        }

        return rendered.ToString();
    }
}
