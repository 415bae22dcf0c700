using System.Buffers;

namespace OlmoSharp.Data.Taggers.Urls;

/// <summary>Says <c>url</c> of documents whose <c>metadata.url</c> is in a list. A URL without a host is in no list.</summary>
/// <param name="listed">The list.</param>
/// <param name="allowed">Its exceptions.</param>
internal sealed class UrlListTagger(AddressSet listed, AddressSet allowed) : ITagger
{
    private readonly PageAddress _address = new();
    private readonly ArrayBufferWriter<byte> _buffer = new();

    /// <inheritdoc/>
    public IReadOnlyList<string> Types { get; } = ["url"];

    /// <inheritdoc/>
    public void Tag(TaggedDocument document, TagSpans spans)
    {
        if (document.Row.TryGetMetadata("url"u8, _buffer, out var url) && _address.Read(url) && listed.Contains(_address) && !allowed.Contains(_address))
        {
            spans.AddDocument(0, 1);
        }
    }
}
