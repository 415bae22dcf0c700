using OlmoSharp.Data.Filters;
using Xunit;

namespace OlmoSharp.Data.Tests.Filters;

public sealed class JqTests
{
    [Theory]
    [InlineData("{\"a\":{\"b\":[1,2,3]}}", ".", "{\"a\":{\"b\":[1,2,3]}}")]
    [InlineData("{\"a\":{\"b\":[1,2,3]}}", ".a.b[0], .a[\"b\"][-1], .\"a\".b[1:], .a.b[:-1][]", "1,3,[2,3],1,2")]
    [InlineData("{\"a\":null}", ".a, .b, .a?.c?, (.a.c? // \"no\")", "null,null,\"no\"")]
    [InlineData("[[0,10,0.5],[10,20,1]]", "map(.[2] * (.[1] - .[0])) | add", "15")]
    [InlineData("[1,null,\"x\",[2],{\"a\":1},false]", ".[] | type", "\"number\",\"null\",\"string\",\"array\",\"object\",\"boolean\"")]
    [InlineData("null", "1 + 2 * 3 - 4 / 2, 7 % 3, -7 % 3, 5 - -2, -(2)", "5,1,-1,7,-2")]
    [InlineData("null", "1 as_is", "!expected an operator")]
    [InlineData("null", "null + 1, \"a\" + \"b\", [1] + [2], {\"a\":1} + {\"a\":2,\"b\":3}, [1,2,1] - [1]", "1,\"ab\",[1,2],{\"a\":2,\"b\":3},[2]")]
    [InlineData("null", "null < false, false < true, true < 0, 0 < \"\", \"\" < [], [] < {}, [1,2] < [1,3], {\"a\":2} < {\"b\":1}", "true,true,true,true,true,true,true,true")]
    [InlineData("null", "1 == 1.0, 1 != 1, \"a\" <= \"b\", 2 >= 3", "true,false,true,false")]
    [InlineData("null", "(true, false) and (true, false)", "true,false,false")]
    [InlineData("null", "true or error_is_never_reached?", "!there is no function")]
    [InlineData("null", "true or (null | .x), false and (null | .x)", "true,false")]
    [InlineData("null", "1 // 2, null // 2, (null, false, 3) // 4, false // null", "1,2,3,null")]
    [InlineData("null", "1, 2 | . + 1", "2,3")]
    [InlineData("{\"n\":5}", "if .n > 4 then \"big\" elif .n > 2 then \"middle\" else \"small\" end, if .n == 0 then 1 end", "\"big\",{\"n\":5}")]
    [InlineData("[3,1,2]", "min, max, length, first, last, (map(. * 2) | add), any(. > 2), all(. > 2), any, keys", "1,3,3,3,2,12,true,false,true,[0,1,2]")]
    [InlineData("[]", "min, max, add, length, first, any, all", "null,null,null,0,null,false,true")]
    [InlineData("[1,2,3,4]", "[.[] | select(. % 2 == 0)], first(.[] | select(. > 2)), last(.[])", "[2,4],3,4")]
    [InlineData("\"Grüße 😀\"", "length, test(\"gr\"; \"i\"), test(\"^x\"), startswith(\"Grü\"), endswith(\"😀\"), contains(\"ß\"), ascii_downcase, ascii_upcase, .[1:3]", "7,true,false,true,true,true,\"grüße 😀\",\"GRüßE 😀\",\"rü\"")]
    [InlineData("{\"b\":1,\"a\":[1,{\"c\":\"xyz\"}]}", "keys, has(\"a\"), has(\"z\"), length, contains({\"a\":[{\"c\":\"y\"}]}), to_entries[0].key", "[\"a\",\"b\"],true,false,2,true,\"b\"")]
    [InlineData("[\"12\",\"-1.5e1\",3]", "map(tonumber), (.[2] | tostring), (map(tostring) | .[2]), ([1,\"a\"] | tostring)", "[12,-15,3],\"3\",\"3\",\"[1,\\\"a\\\"]\"")]
    [InlineData("{\"a\":1,\"b\":[2,3]}", "{a, x: .b[0], \"y\": (.b[]), (\"z\" + \"z\"): 0}", "{\"a\":1,\"x\":2,\"y\":2,\"zz\":0},{\"a\":1,\"x\":2,\"y\":3,\"zz\":0}")]
    [InlineData("[1,[2]]", ".[0] | not, (null | not), (1.7, -1.2 | floor), [.[]?], empty, [empty]", "false,true,1,-2,[],[]")]
    // As in Dolma's engine, looking into nothing is an error and not nothing: else a misspelt name would be a score of zero.
    [InlineData("{}", ".a.b", "!null has no member \"b\"")]
    [InlineData("{}", ".a[0]", "!null has no element 0")]
    [InlineData("{}", ".a[]", "!null has nothing inside")]
    [InlineData("{}", "\"a\" - 1", "!has no value")]
    [InlineData("{}", "1 / 0", "!has no value")]
    [InlineData("true", "length", "!true has no length")]
    [InlineData("{}", ". | sum", "!character 5 (at \"sum\"): there is no function sum here")]
    [InlineData("{}", ".a | strtswith(\"a\")", "!did you mean startswith?")]
    [InlineData("{}", ".a = 1", "!expected an operator")]
    [InlineData("{}", ".a |= 1", "!assignments are not known")]
    [InlineData("{}", ".a as $x | $x", "!expected an operator")]
    [InlineData("{}", "$x", "!variables are not known")]
    [InlineData("{}", "..", "!.. is not known")]
    [InlineData("{}", "\"a\\(1)\"", "!values inside a text")]
    [InlineData("{}", "test(.x)", "!takes a text that is written here")]
    [InlineData("{}", "if .a then 1", "!expected end")]
    [InlineData("{}", "reduce .[] as $x (0; . + 1)", "!'reduce' cannot stand here")]
    [InlineData("{}", "", "!expected a value")]
    public void A_program_gives_values(string input, string program, string expected)
    {
        string actual;
        try
        {
            actual = string.Join(',', DocumentQuery.Parse(program, FilterSyntax.Jq, new FilterNames()).Select(JsonPathTests.Value(input)).Select(value => value.ToJson()));
        }
        catch (Exception error) when (error is FormatException or DataException)
        {
            Assert.StartsWith("!", expected);
            Assert.Contains(expected[1..], error.Message);
            return;
        }

        Assert.Equal(expected, actual);
    }

    [Theory]
    [InlineData(".a", "{\"a\":1}", true, true)]
    [InlineData(".a", "{\"a\":0}", false, false)]
    [InlineData(".a", "{\"a\":\"\"}", false, false)]
    [InlineData(".a", "{\"a\":[]}", false, false)]
    [InlineData(".a", "{\"a\":{}}", false, false)]
    [InlineData(".a", "{}", false, false)]
    [InlineData(".a[]", "{\"a\":[1,0]}", false, true)]
    [InlineData(".a[]", "{\"a\":[]}", false, false)]
    public void A_document_is_included_by_values_that_all_are_something_and_excluded_by_any(string program, string input, bool includes, bool excludes)
    {
        var query = DocumentQuery.Parse(program, FilterSyntax.Jq, new FilterNames());
        Assert.Equal(includes, query.Includes(JsonPathTests.Value(input)));
        Assert.Equal(excludes, query.Excludes(JsonPathTests.Value(input)));
    }

    [Fact]
    public void What_a_program_reads_is_known_beforehand()
    {
        var names = new FilterNames();
        DocumentQuery.Parse("(.attributes.a | length == 0) or .attributes?.b?[0][2] > 1 or (.attributes | .c and has(\"d\")) or .attributes[\"e\"]", FilterSyntax.Jq, names);
        DocumentQuery.Parse("select(.attributes | select(.f) | map(.g)) | .score, (.metadata | .h), (.attributes.x | .attributes.y)", FilterSyntax.Jq, names);
        Assert.Equal(["a", "b", "c", "d", "e", "f", "x"], names.Attributes.Select(name => name.Text));
        Assert.Equal(["attributes", "metadata", "score"], names.Fields);
    }

    [Theory]
    [InlineData("jsonpath", "$.attributes[?(@.gopher_rules__gopher_v1__word_count && @.gopher_rules__gopher_v1__word_count[0] && @.gopher_rules__gopher_v1__word_count[0][2] < 50)]")]
    [InlineData("jsonpath", "$@.attributes[?(@.bff_duplicate_docs && @.bff_duplicate_docs[0] && @.bff_duplicate_docs[0][2] >= 1.0)]")]
    [InlineData("jsonpath", "$.attributes[?(@.olmo_mix_v1_taggers__ft_lang_id_en_paragraph_with_doc_score_v2__doc_en[0][2] <= 0.5)]")]
    [InlineData("jsonpath", "$.attributes.hatespeech_nsfw_cc_v3__jigsaw_nsfw_sencence_v2____label__nsfw")]
    [InlineData("jq", ".attributes?.pii?.email?")]
    [InlineData("jq", "((.attributes | to_entries | map(select(.key | startswith(\"613test\"))) | map(.value[0]) | map(select(length == 3)) | length == 0) or ((.attributes | to_entries | map(select(.key | startswith(\"613test\"))) | map(.value[0]) | map(select(length == 3)) | map(.[2] * (.[1] - .[0])) | add) / (.text | length) <= 0.3))")]
    [InlineData("jq", "((.attributes.\"edu-classifier_score\" != null and .attributes.\"edu-classifier_score_original\" != null) and ((0.5 * (.attributes.random[0][-1] * 2 - 1)) + (.attributes.\"edu-classifier_score\"[0][-1]) - .attributes.\"edu-classifier_score_original\"[0][-1]) > 0.30)")]
    public void The_queries_of_published_configs_are_known(string syntax, string query) =>
        Assert.Equal(query, DocumentQuery.Parse(query, syntax == "jq" ? FilterSyntax.Jq : FilterSyntax.Jsonpath, new FilterNames()).Text);
}
