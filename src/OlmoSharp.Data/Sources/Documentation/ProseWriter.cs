using System.Globalization;
using System.Text;
using System.Xml.Linq;

namespace OlmoSharp.Data.Sources.Documentation;

/// <summary>
/// Turns the markup of documentation comments into plain text: references by short name, white space collapsed, paragraphs and list items
/// on lines of their own, code of several lines fenced with its line breaks kept.
/// </summary>
internal sealed class ProseWriter(SignatureRenderer signatures, string currentType)
{
    private readonly StringBuilder _text = new();
    private bool _spacePending;

    /// <summary>The text of an element, without white space at its ends; empty where the element says nothing.</summary>
    public string Render(XElement element)
    {
        _text.Clear();
        _spacePending = false;
        WriteChildren(element);
        var text = _text.ToString().Trim();
        return text is "To be added." ? "" : text;
    }

    private void WriteChildren(XElement element)
    {
        foreach (var node in element.Nodes())
        {
            switch (node)
            {
                case XText text:
                    WriteText(text.Value);
                    break;
                case XElement child:
                    WriteElement(child);
                    break;
            }
        }
    }

    private void WriteElement(XElement element)
    {
        switch (element.Name.LocalName)
        {
            case "see" or "seealso" or "xref":
                WriteReference(element);
                break;
            case "paramref" or "typeparamref":
                WriteText((string?)element.Attribute("name") ?? "");
                break;
            case "para" or "p" or "div" or "ul" or "ol" or "note" or "remarks":
                StartLine();
                WriteChildren(element);
                StartLine();
                break;
            case "br":
                StartLine();
                break;
            case "code":
                WriteCode(element);
                break;
            case "list":
                WriteList(element);
                break;
            case "li":
                StartLine();
                WriteText("- ");
                WriteChildren(element);
                break;
            case "sup":
                WriteText("^");
                WriteChildren(element);
                break;
            case "script" or "devremarks" or "forInternalUseOnly":
                break;
            default:
                WriteChildren(element);
                break;
        }
    }

    private void WriteReference(XElement element)
    {
        if (element.Value.Length > 0)
        {
            WriteChildren(element);
        }
        else if ((string?)element.Attribute("langword") is { } keyword)
        {
            WriteText(keyword);
        }
        else if ((string?)element.Attribute("cref") is { } reference)
        {
            WriteText(signatures.Reference(reference, currentType));
        }
        else if ((string?)element.Attribute("uid") is { } uid)
        {
            // Without a kind; a parameter list means a method.
            WriteText(signatures.Reference(uid.Contains('(', StringComparison.Ordinal) ? $"M:{uid}" : $"T:{uid}", currentType));
        }
        else
        {
            WriteText((string?)element.Attribute("href") ?? "");
        }
    }

    private void WriteList(XElement list)
    {
        var isNumbered = (string?)list.Attribute("type") == "number";
        var number = 0;
        foreach (var item in list.Elements("item"))
        {
            StartLine();
            number++;
            WriteText(isNumbered ? $"{number.ToString(CultureInfo.InvariantCulture)}. " : "- ");
            if (item.Element("term") is { } term && item.Element("description") is { } description)
            {
                WriteChildren(term);
                _spacePending = false;
                WriteText(": ");
                WriteChildren(description);
            }
            else
            {
                WriteChildren(item);
            }
        }

        StartLine();
    }

    private void WriteCode(XElement element)
    {
        var lines = CodeText(element).ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd()).ToList();
        lines.RemoveRange(0, lines.FindIndex(line => line.Length > 0) is var first && first >= 0 ? first : lines.Count);
        lines.RemoveRange(lines.FindLastIndex(line => line.Length > 0) + 1, lines.Count - lines.FindLastIndex(line => line.Length > 0) - 1);
        if (lines.Count <= 1)
        {
            WriteText(lines.FirstOrDefault() ?? "");
            return;
        }

        var indentation = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        StartLine();
        _text.Append("```\n");
        foreach (var line in lines)
        {
            _text.Append(line.Length > 0 ? line[indentation..] : "").Append('\n');
        }

        _text.Append("```\n");
    }

    private static string CodeText(XElement element) => string.Concat(element.DescendantNodes().Select(node => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "br" } => "\n",
        _ => "",
    }));

    private void WriteText(string text)
    {
        foreach (var character in text)
        {
            if (char.IsWhiteSpace(character))
            {
                _spacePending = true;
            }
            else if (character is not ('\u200B' or '\uFEFF'))
            {
                if (_spacePending && _text.Length > 0 && _text[^1] != '\n')
                {
                    _text.Append(' ');
                }

                _spacePending = false;
                _text.Append(character);
            }
        }
    }

    private void StartLine()
    {
        _spacePending = false;
        if (_text.Length > 0 && _text[^1] != '\n')
        {
            _text.Append('\n');
        }
    }
}
