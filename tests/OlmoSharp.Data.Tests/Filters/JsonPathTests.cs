using System.Text;
using System.Text.Json.Nodes;
using OlmoSharp.Data.Filters;
using Xunit;
using JsonValue = OlmoSharp.Data.Filters.JsonValue;

namespace OlmoSharp.Data.Tests.Filters;

public sealed class JsonPathTests
{
    private const string Document = """
        {"id":"7","text":"Grüße 😀","source":"s","metadata":{"length":900,"url":"http://a.b/c","nested":{"deep":[1,{"x":2}]},"nothing":null,"é\n":5},
         "attributes":{"a":[[0,3,0.25],[3,5,0.75]],"none":[],"flag":true,"one":[[0,7,1]],"word":"abc","x-y":[[0,1,2]],"list":["p","q"]}}
        """;

    [Theory]
    // A condition is asked of an object as a whole, which then is what the path leads to.
    [InlineData("$.attributes[?(@.a && @.a[0] && @.a[0][2] >= 0.25)].a[0]", "[[0,3,0.25]]")]
    [InlineData("$@.attributes[?(@.a[0][2] < 0.25)]", "[]")]
    [InlineData("$.attributes[?(@.missing && @.missing[0] && @.missing[0][2] > 0.5)]", "[]")]
    [InlineData("$.attributes[?(@.flag && @.a && @.missing && @.a[0][2] < 1)]", "[]")]
    [InlineData("$.attributes[?(@.missing && @.a && 1 > @.a[0][2])]", "[]")]
    [InlineData("$.attributes[?(@.a[1] && @.a[0][2] < 1)].word", "[\"abc\"]")]
    [InlineData("$.attributes[?(@.a[2] && @.a[0][2] < 1)].word", "[]")]
    [InlineData("$.attributes[?(!@.missing)].flag", "[true]")]
    [InlineData("$.attributes[?(@.none[0])]", "[]")]
    [InlineData("$.attributes[?(@.none)].none", "[[]]")]
    [InlineData("$.attributes[?((@.word == 'abc' || @.word == \"x\") && !(@.flag != true))].word", "[\"abc\"]")]
    [InlineData("$.attributes[?(@.word ~= '^a.c$')].word", "[\"abc\"]")]
    [InlineData("$.attributes[?(@.word ~= '\\(')]", "[]")]
    [InlineData("$.attributes[?(@.word in ['x','abc'])].word", "[\"abc\"]")]
    [InlineData("$.attributes[?(@.word nin ['x','abc'])].word", "[]")]
    [InlineData("$.attributes[?('q' in @.list)].word", "[\"abc\"]")]
    // Numbers are equal by value, whether they are written 1 or 1.0.
    [InlineData("$.attributes[?(@.one[0][2] >= 1.0)].one[0][1]", "[7]")]
    [InlineData("$.attributes[?(@.one[0][2] == 1.0)].one[0][1]", "[7]")]
    // An order exists between two numbers only.
    [InlineData("$.attributes[?(@.word < 5 || @.word >= 5 || @.missing < 5 || @.a > 0)]", "[]")]
    [InlineData("$.attributes[?(@.missing == 5)]", "[]")]
    [InlineData("$.attributes[?(@.missing != 5)].word", "[\"abc\"]")]
    [InlineData("$.attributes.a[?(@[2] > 0.5 && @[0] == 3)]", "[[3,5,0.75]]")]
    [InlineData("$.attributes.a[*][2]", "[0.25,0.75]")]
    [InlineData("$.attributes.a[-1][0,2]", "[3,0.75]")]
    [InlineData("$.attributes.list[1:]", "[\"q\"]")]
    [InlineData("$.attributes.list[:-1]", "[\"p\"]")]
    [InlineData("$.attributes['word','missing','flag']", "[\"abc\",true]")]
    [InlineData("$.attributes.x-y[0][2]", "[2]")]
    [InlineData("$.metadata[?(@.length < 10000)].length", "[900]")]
    [InlineData("$.metadata[?(@.length < $.attributes.one[0][1])]", "[]")]
    [InlineData("$.metadata.nothing", "[null]")]
    [InlineData("$.metadata[?(@.nothing == null)].length", "[900]")]
    [InlineData("$.metadata['é\\n']", "[5]")]
    [InlineData("$..x", "[2]")]
    [InlineData("$.metadata.nested..*", "[[1,{\"x\":2}],1,{\"x\":2},2]")]
    [InlineData("$.text", "[\"Grüße 😀\"]")]
    [InlineData("$.text.length()", "[7]")]
    [InlineData("$.attributes.a.length()", "[2]")]
    [InlineData("$.attributes.a[0].length()", "[3]")]
    [InlineData("$.attributes.a[?(@[2] > 0.5)].length()", "[1]")]
    [InlineData("$.attributes.missing.length()", "[]")]
    [InlineData("$.attributes[?(@.a.length() > 1)].word", "[\"abc\"]")]
    [InlineData("$.id.x", "[]")]
    public void A_path_leads_to_values(string path, string expected)
    {
        var found = DocumentQuery.Parse(path, FilterSyntax.Jsonpath, new FilterNames()).Select(Value(Document));
        Assert.Equal(JsonNode.Parse(expected)!.ToJsonString(), JsonNode.Parse($"[{string.Join(',', found.Select(value => value.ToJson()))}]")!.ToJsonString());
        Assert.Equal(found.Count > 0, DocumentQuery.Parse(path, FilterSyntax.Jsonpath, new FilterNames()).Includes(Value(Document)));
    }

    [Theory]
    [InlineData("attributes.a", 1, "begins with $")]
    [InlineData("$.attributes[?(@.a size 2)]", 20, "expected one of ==")]
    [InlineData("$.attributes[?(@.a[0][2] > )]", 28, "expected a path")]
    [InlineData("$.attributes[?(@.a && )]", 23, "expected a path")]
    [InlineData("$.attributes[?(@.a", 19, "expected one of ==")]
    [InlineData("$.attributes[?(true)]", 20, "expected one of ==")]
    [InlineData("$.attributes.", 14, "expected a name")]
    [InlineData("$.a[0", 6, "expected ]")]
    [InlineData("$.a['b]", 5, "never closed")]
    [InlineData("$.a[1.5]", 5, "whole number")]
    [InlineData("$.attributes[?(@.a ~= '(')]", 23, "cannot be used")]
    [InlineData("$.a b", 5, "expected a step")]
    public void What_is_no_path_is_an_error_with_its_place(string path, int character, string reason)
    {
        var error = Assert.Throws<DataException>(() => DocumentQuery.Parse(path, FilterSyntax.Jsonpath, new FilterNames()));
        Assert.Contains($"character {character} ", error.Message);
        Assert.Contains(reason, error.Message);
    }

    [Fact]
    public void What_a_path_reads_is_known_beforehand()
    {
        var names = new FilterNames();
        DocumentQuery.Parse("$@.attributes[?(@.a && @['b'][0][2] > $.attributes.c[0][2] && $.score < 1)].d", FilterSyntax.Jsonpath, names);
        DocumentQuery.Parse("$.metadata[?(@.e > 1 && @.attributes.f)]", FilterSyntax.Jsonpath, names);
        Assert.Equal(["a", "b", "c", "d"], names.Attributes.Select(name => name.Text));
        Assert.Equal(["attributes", "metadata", "score"], names.Fields);
    }

    internal static JsonValue Value(string json) => JsonValue.Parse(Encoding.UTF8.GetBytes(json.Trim()));
}
