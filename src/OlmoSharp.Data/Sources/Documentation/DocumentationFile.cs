using System.Xml;
using System.Xml.Linq;

namespace OlmoSharp.Data.Sources.Documentation;

/// <summary>An XML file of documentation comments, read member by member.</summary>
/// <param name="Pack">The pack it belongs to.</param>
/// <param name="Path">Where it is.</param>
internal sealed record DocumentationFile(ReferencePack Pack, string Path)
{
    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
    };

    /// <summary>The assembly that the file describes.</summary>
    public string Assembly => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>The members in the order of the file, without the compiler's own and the source generators'.</summary>
    public IEnumerable<(MemberId Id, XElement Element)> ReadMembers() => ReadMembers("");

    /// <summary>Adds the file's types to a catalog, without reading its members' descriptions.</summary>
    public void AddTypesTo(TypeCatalog catalog)
    {
        foreach (var (id, element) in ReadMembers("T:"))
        {
            catalog.Add(id.Type, [.. element.Elements("typeparam").Select(parameter => (string?)parameter.Attribute("name") ?? "")]);
        }
    }

    private IEnumerable<(MemberId Id, XElement Element)> ReadMembers(string prefix)
    {
        using var reader = Open();
        while (ReadMember(reader, prefix) is { } element)
        {
            if (MemberId.TryParse((string?)element.Attribute("name") ?? "") is { Kind: 'T' or 'M' or 'P' or 'F' or 'E' } id && !IsGenerated(id))
            {
                yield return (id, element);
            }
        }
    }

    private static bool IsGenerated(MemberId id) =>
        id.Type.Contains('<', StringComparison.Ordinal)
        || id.Name.Contains('<', StringComparison.Ordinal)
        || id.Type.StartsWith("System.Text.RegularExpressions.Generated.", StringComparison.Ordinal);

    private XmlReader Open()
    {
        try
        {
            return XmlReader.Create(Path, Settings);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{Path}: cannot be read: {error.Message}", error);
        }
    }

    private XElement? ReadMember(XmlReader reader, string prefix)
    {
        try
        {
            while (!reader.EOF)
            {
                if (reader.NodeType == XmlNodeType.Element && reader.LocalName == "member"
                    && (reader.GetAttribute("name") ?? "").StartsWith(prefix, StringComparison.Ordinal))
                {
                    return (XElement)XNode.ReadFrom(reader);
                }

                reader.Read();
            }

            return null;
        }
        catch (Exception error) when (error is XmlException or IOException)
        {
            throw new DataException($"{Path}: not a well-formed documentation file: {error.Message} Repair the installation of .NET.", error);
        }
    }
}
