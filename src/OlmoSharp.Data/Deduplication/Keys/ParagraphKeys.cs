using OlmoSharp.Data.Documents;

namespace OlmoSharp.Data.Deduplication.Keys;

/// <summary>One key for every paragraph: all of it but its separator.</summary>
internal sealed class ParagraphKeys(byte[] separator, KeyRules rules) : KeySource(rules)
{
    public override void Write(DocumentView document, KeyWriter keys)
    {
        var text = document.Text;
        for (var position = 0; ParagraphScanner.TryNext(text, separator, ref position, out var paragraph);)
        {
            WriteWhole(paragraph, keys);
        }
    }
}
