using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Filters;

namespace OlmoSharp.Data.Mixing;

/// <summary>A document with its joined attributes, as filters see it.</summary>
internal sealed class DocumentFields(DocumentView document, AttributeJoin attributes) : IJsonMembers
{
    /// <inheritdoc/>
    public bool TryGet(JsonName name, out JsonValue value)
    {
        switch (name.Text)
        {
            case "attributes" when attributes.HasAttributes:
                value = JsonValue.Of(attributes);
                return true;
            case "text":
                value = JsonValue.Of(document.TextMemory);
                return true;
            case "id":
                value = JsonValue.Of(document.IdMemory);
                return true;
            case "source":
                value = JsonValue.Of(document.SourceMemory);
                return true;
        }

        var field = document.FindField(name.Utf8);
        value = field < 0 ? default : JsonValue.Parse(document.FieldValueMemory(field));
        return field >= 0;
    }

    /// <inheritdoc/>
    public IReadOnlyList<(ReadOnlyMemory<byte> Name, JsonValue Value)> All()
    {
        var all = new List<(ReadOnlyMemory<byte>, JsonValue)>();
        var hasAttributes = false;
        for (var i = 0; i < document.FieldCount; i++)
        {
            var name = JsonValue.Unescape(document.FieldNameMemory(i));
            var isAttributes = attributes.HasAttributes && name.Span.SequenceEqual("attributes"u8);
            hasAttributes |= isAttributes;
            all.Add((name, isAttributes ? JsonValue.Of(attributes) : JsonValue.Parse(document.FieldValueMemory(i))));
        }

        if (attributes.HasAttributes && !hasAttributes)
        {
            all.Add(("attributes"u8.ToArray(), JsonValue.Of(attributes)));
        }

        return all;
    }
}
