using System.Text.Encodings.Web;
using System.Text.Json;
using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Taggers;
using Xunit;

namespace OlmoSharp.Data.Tests.Taggers;

/// <summary>Runs a tagger over texts, one document after the other, as a thread of a job does.</summary>
internal sealed class TaggerRun
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly DocumentView _view = new();
    private readonly TaggedDocument _document = new();
    private readonly ITagger _tagger;
    private readonly TagSpans _spans;

    public TaggerRun(ConfiguredTagger tagger)
    {
        _tagger = tagger.Make();
        _spans = new TagSpans(_tagger.Types.Count);
    }

    public static TaggerRun Of(string name) => new(new TaggerCatalog().Configure(name));

    public static TaggerRun Of(string name, object parameters) => new(new TaggerCatalog().Configure(name, parameters));

    /// <summary>What the tagger says of a text: the spans of each type that has any.</summary>
    public SortedDictionary<string, AttributeSpan[]> Tag(string text, string id = "1", object? metadata = null)
    {
        _view.Parse(JsonSerializer.SerializeToUtf8Bytes(new { id, text, source = "test", metadata }, Json));
        _document.Reset(_view);
        _spans.Reset(_document);
        _tagger.Tag(_document, _spans);
        var said = new SortedDictionary<string, AttributeSpan[]>(StringComparer.Ordinal);
        for (var type = 0; type < _tagger.Types.Count; type++)
        {
            if (_spans.Of(type) is { IsEmpty: false } spans)
            {
                said[_tagger.Types[type]] = spans.ToArray();
            }
        }

        return said;
    }

    /// <summary>The only value that is said of a text.</summary>
    public double Value(string text, string type, object? metadata = null) => Assert.Single(Tag(text, metadata: metadata)[type]).Score;
}
