using System.Text;
using System.Xml.Linq;

namespace OlmoSharp.Data.Sources.Documentation;

/// <summary>
/// Collects what a documentation file says about one type and renders it as a text: a heading, the type's own description, and its members
/// by kind, each as one block of lines under its signature. Members without a word of description are left out.
/// </summary>
internal sealed class TypeDocumentation(string type, TypeCatalog catalog, SignatureRenderer signatures)
{
    private static readonly string[] Sections =
        ["Constructors", "Properties", "Methods", "Operators", "Fields", "Events", "Explicit interface implementations"];

    private readonly List<string>[] _blocks = [.. Sections.Select(_ => new List<string>())];
    private readonly ProseWriter _prose = new(signatures, type);
    private string _description = "";

    /// <summary>The type's name in the notation of documentation identifiers.</summary>
    public string Type => type;

    /// <summary>How many members have a description.</summary>
    public int MemberCount => _blocks.Sum(section => section.Count);

    /// <summary>Whether anything is described.</summary>
    public bool IsEmpty => _description.Length == 0 && MemberCount == 0;

    /// <summary>Adds the type's own entry or one of its members.</summary>
    public void Add(MemberId id, XElement member)
    {
        var description = Describe(member);
        if (description.Length == 0)
        {
            return;
        }

        if (id.Kind == 'T')
        {
            _description = description;
            return;
        }

        var typeParameters = member.Elements("typeparam").Select(parameter => (string?)parameter.Attribute("name") ?? "").ToList();
        var parameters = member.Elements("param")
            .Select(parameter => new DocumentedParameter(
                (string?)parameter.Attribute("name") ?? "",
                parameter.Value.AsSpan().TrimStart().StartsWith("When this method returns", StringComparison.Ordinal)))
            .ToList();
        _blocks[SectionOf(id)].Add($"{signatures.Declaration(id, typeParameters, parameters)}\n{description}");
    }

    /// <summary>Renders the text.</summary>
    /// <param name="assembly">The assembly's name, for the heading.</param>
    public string Render(string assembly)
    {
        var text = new StringBuilder();
        text.Append("# ").Append(catalog.ShortName(type)).Append("\nNamespace: ").Append(catalog.NamespaceOf(type))
            .Append("\nAssembly: ").Append(assembly).Append('\n');
        if (_description.Length > 0)
        {
            text.Append('\n').Append(_description).Append('\n');
        }

        foreach (var (section, blocks) in Sections.Zip(_blocks))
        {
            if (blocks.Count > 0)
            {
                text.Append("\n## ").Append(section).Append("\n\n").AppendJoin("\n\n", blocks).Append('\n');
            }
        }

        return text.ToString();
    }

    private static int SectionOf(MemberId id) => id switch
    {
        { Name: "#ctor" or "#cctor" } => 0,
        _ when id.Name.Contains('#', StringComparison.Ordinal) => 6,
        { Kind: 'P' } => 1,
        { Kind: 'F' } => 4,
        { Kind: 'E' } => 5,
        _ when id.Name.StartsWith("op_", StringComparison.Ordinal) => 3,
        _ => 2,
    };

    private string Describe(XElement member)
    {
        var lines = new List<string>();
        AddProse(lines, member, "summary", "");
        AddProse(lines, member, "remarks", "");
        AddNamed(lines, member, "typeparam", "Type parameters:", parameter => (string?)parameter.Attribute("name"));
        AddNamed(lines, member, "param", "Parameters:", parameter => (string?)parameter.Attribute("name"));
        AddProse(lines, member, "returns", "Returns: ");
        AddProse(lines, member, "value", "Value: ");
        AddNamed(lines, member, "exception", "Exceptions:", exception =>
            (string?)exception.Attribute("cref") is { } reference ? signatures.Reference(reference, type) : null);
        AddProse(lines, member, "example", "Example: ");
        return string.Join('\n', lines);
    }

    private void AddProse(List<string> lines, XElement member, string element, string label) =>
        lines.AddRange(member.Elements(element).Select(_prose.Render).Where(text => text.Length > 0).Select(text => label + text));

    private void AddNamed(List<string> lines, XElement member, string element, string heading, Func<XElement, string?> nameOf)
    {
        var items = member.Elements(element)
            .Select(item => (Name: nameOf(item), Text: _prose.Render(item)))
            .Where(item => item.Text.Length > 0)
            .Select(item => $"- {item.Name}: {item.Text}")
            .ToList();
        if (items.Count > 0)
        {
            lines.Add(heading);
            lines.AddRange(items);
        }
    }
}
