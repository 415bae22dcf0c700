using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Inspection;
using Xunit;

namespace OlmoSharp.Data.Tests.Inspection;

public sealed class DocumentInspectorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public DocumentInspectorTests()
    {
        _folder.Write("documents/a.jsonl", """
            {"id":"1","text":"one 🙂 two","source":"s","metadata":{"url":"u"},"attributes":{"own":[[0,1,2]]}}
            {"id":"2","text":"x","source":"s"}

            """);
        _folder.Write("attributes/x/a.jsonl", """
            {"id":"1","attributes":{"x__t__a":[[4,5,0.5]]}}
            {"id":"2","attributes":{"x__t__a":[]}}

            """);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Documents_come_with_all_that_is_said_of_them()
    {
        var documents = Read(["x"]);
        Assert.Equal(["1", "2"], documents.Select(document => document.Id));
        Assert.Equal((2, "s", "one 🙂 two"), (documents[1].Line, documents[0].Source, documents[0].Text));
        Assert.Equal([("metadata", "{\"url\":\"u\"}")], documents[0].Fields);
        Assert.Equal(["own", "x__t__a"], documents[0].Attributes.Select(attribute => attribute.Name));
        Assert.Equal([new AttributeSpan(4, 5, 0.5)], documents[0].Attributes[1].Spans);
    }

    [Theory]
    [InlineData("$.attributes[?(@.x__t__a[0][2] > 0.4)]", "1")]
    [InlineData(".text == \"x\"", "2")]
    [InlineData(".metadata.url? == \"u\"", "1")]
    public void A_filter_of_either_language_chooses(string where, string id) => Assert.Equal([id], Read(["x"], where).Select(document => document.Id));

    [Fact]
    public void An_identifier_chooses() => Assert.Equal([2L], Read([], id: "2").Select(document => document.Line));

    [Fact]
    public void What_cannot_be_shown_is_an_error()
    {
        Assert.Contains("x__t__b, which no document of these files has", Error(["x"], ".attributes.x__t__b == null"), StringComparison.Ordinal);
        Assert.Contains("there is no such attribute file", Error(["y"]), StringComparison.Ordinal);
        Assert.Contains("jq \"..(\"", Error([], "..("), StringComparison.Ordinal);
        Assert.Contains("there are no documents here", Assert.Throws<DataException>(() => new DocumentInspector([_folder.At("none")], [])).Message);
        _folder.Write("attributes/far/a.jsonl", """
            {"id":"1","attributes":{"n":[[4,10,1]]}}
            {"id":"2","attributes":{}}

            """);
        Assert.Contains("a.jsonl, line 1: attribute n has [4,10,1], which is no [start, end, score] of a text of 9 characters", Error(["far"]), StringComparison.Ordinal);
        _folder.Write("attributes/short/a.jsonl", """{"id":"1","attributes":{}}""");
        Assert.Contains("ends after 1 lines", Error(["short"]), StringComparison.Ordinal);
    }

    private List<InspectedDocument> Read(string[] sets, string? where = null, string? id = null) =>
        [.. new DocumentInspector([_folder.At("documents")], sets, where, id).Read()];

    private string Error(string[] sets, string? where = null) => Assert.Throws<DataException>(() => Read(sets, where)).Message;
}
