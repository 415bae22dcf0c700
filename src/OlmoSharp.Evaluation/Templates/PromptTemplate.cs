using System.Globalization;
using System.Text;
using System.Text.Json;

namespace OlmoSharp.Evaluation.Templates;

/// <summary>
/// A text with placeholders: <c>{field}</c>, <c>{field.0.text}</c>, <c>{field|filter|filter:argument}</c>, <c>{field ?? other}</c>.
/// A field begins with <c>@</c> where it is one of ours (<c>{@options}</c>) and not of the row; a brace itself is doubled.
/// </summary>
internal sealed class PromptTemplate
{
    private readonly List<Part> _parts;

    private PromptTemplate(string text, List<Part> parts) => (Text, _parts) = (text, parts);

    /// <summary>The template as written.</summary>
    public string Text { get; }

    /// <summary>Reads a template.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">A brace is not closed, or a filter is not known.</exception>
    public static PromptTemplate Parse(string text)
    {
        var parts = new List<Part>();
        var literal = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is '{' or '}' && i + 1 < text.Length && text[i + 1] == text[i])
            {
                literal.Append(text[i++]);
            }
            else if (text[i] == '{')
            {
                var end = text.IndexOf('}', i);
                if (end < 0)
                {
                    throw new FormatException($"the brace at character {i + 1} of \"{text}\" is not closed (a brace itself is written twice)");
                }

                parts.Add(new Part(literal.ToString(), [], []));
                literal.Clear();
                parts.Add(Placeholder(text[(i + 1)..end]));
                i = end;
            }
            else if (text[i] == '}')
            {
                throw new FormatException($"the brace at character {i + 1} of \"{text}\" closes nothing (a brace itself is written twice)");
            }
            else
            {
                literal.Append(text[i]);
            }
        }

        parts.Add(new Part(literal.ToString(), [], []));
        return new PromptTemplate(text, [.. parts.Where(part => part.IsPlaceholder || part.Literal.Length > 0)]);
    }

    /// <summary>Whether a placeholder names the field, before any of its parts.</summary>
    public bool Names(string field) => _parts.Any(part => part.Fields.Any(name => name == field || name.StartsWith(field + ".", StringComparison.Ordinal)));

    /// <summary>The text with every placeholder replaced.</summary>
    /// <exception cref="EvaluationException">A field is missing, or is no text.</exception>
    public string Render(ITemplateValues values)
    {
        if (_parts is [var only])
        {
            return Single(only, values);
        }

        var text = new StringBuilder();
        foreach (var part in _parts)
        {
            text.Append(Single(part, values));
        }

        return text.ToString();
    }

    /// <summary>The texts of a template: those of a list where it is one placeholder of a list, else the one.</summary>
    /// <exception cref="EvaluationException">A field is missing, or is no text.</exception>
    public IReadOnlyList<string> RenderAll(ITemplateValues values) => _parts is [{ IsPlaceholder: true } only] ? Texts(only, values) : [Render(values)];

    /// <summary>The value as JSON has it where the template is one placeholder without filters, else its text; null where the field is not there or null.</summary>
    public JsonElement? RenderValue(ITemplateValues values)
    {
        if (_parts is not [{ IsPlaceholder: true, Filters.Count: 0 } only])
        {
            return JsonSerializer.SerializeToElement(Render(values));
        }

        foreach (var field in only.Fields)
        {
            if (values.TryFind(field, out var value))
            {
                return value.ValueKind == JsonValueKind.Null ? null : value;
            }

            if (Own(field, values) is { } own)
            {
                return field == "@index" ? JsonSerializer.SerializeToElement(int.Parse(own, CultureInfo.InvariantCulture)) : JsonSerializer.SerializeToElement(own);
            }
        }

        return null;
    }

    private static Part Placeholder(string text)
    {
        var pieces = text.Split('|');
        var fields = pieces[0].Split("??", StringSplitOptions.TrimEntries);
        return fields.Any(field => field.Length == 0)
            ? throw new FormatException($"the placeholder {{{text}}} names no field")
            : new Part("", fields, [.. pieces.Skip(1).Select(TemplateFilter.Parse)]);
    }

    private static string? Own(string field, ITemplateValues values) => field.StartsWith('@') ? values.Own(field) : null;

    private static string Single(Part part, ITemplateValues values) => !part.IsPlaceholder
        ? part.Literal
        : Texts(part, values) is [var text]
            ? text
            : throw values.Problem($"{part} is a list where one text is needed (take one by its place, as in {{{part.Fields[0]}.0}}, or join it)");

    private static IReadOnlyList<string> Texts(Part part, ITemplateValues values)
    {
        try
        {
            return part.Filters.Aggregate(Unfiltered(part, values), (current, filter) => filter.Apply(current));
        }
        catch (Exception error) when (error is FormatException or InvalidOperationException)
        {
            throw values.Problem($"{part}: {(error is FormatException ? error.Message : "the text is not valid Unicode (half a surrogate pair)")}");
        }
    }

    private static IReadOnlyList<string> Unfiltered(Part part, ITemplateValues values)
    {
        foreach (var field in part.Fields)
        {
            if (Own(field, values) is { } own)
            {
                return [own];
            }

            if (values.TryFind(field, out var value))
            {
                return value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(ValueText)] : [ValueText(value)];
            }
        }

        throw values.Problem($"there is no field for {part}");
    }

    private static string ValueText(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => throw new FormatException($"{Datasets.DatasetRow.Kind(value)} where a text is needed"),
    };

    private sealed record Part(string Literal, IReadOnlyList<string> Fields, IReadOnlyList<TemplateFilter> Filters)
    {
        public bool IsPlaceholder => Fields.Count > 0;

        public override string ToString() => $"{{{string.Join(" ?? ", Fields)}}}";
    }
}
