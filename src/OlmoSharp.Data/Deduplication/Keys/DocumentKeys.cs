using OlmoSharp.Data.Deduplication.Config;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Data.Deduplication.Keys;

/// <summary>One key for every document: a string of it.</summary>
internal sealed class DocumentKeys(DocumentDedupeConfig config, bool skipsEmpty, KeyRules rules) : KeySource(rules)
{
    private readonly JsonKeyPath _path = new(config.Key, "dedupe.documents.key");

    public override void Write(DocumentView document, KeyWriter keys)
    {
        if (_path.TryFind(document, out var key))
        {
            WriteWhole(key, keys);
        }
        else if (skipsEmpty)
        {
            keys.Skip(KeyKind.Empty);
        }
        else
        {
            throw new FormatException($"the document has no {config.Key}; with dedupe.skip_empty such documents are passed over");
        }
    }
}
