using System.Text;
using OlmoSharp.Data.Mixing;
using Xunit;

namespace OlmoSharp.Data.Tests.Mixing;

/// <summary>Defects that mixers are known to have had, each as a test.</summary>
public sealed class MixDefectTests : IDisposable
{
    private const string Name = "gopher_rules__gopher_v1__fraction_of_characters_in_most_common_2grams";
    private readonly TemporaryFolder _folder = new();

    public MixDefectTests()
    {
        var (documents, attributes) = (new StringBuilder(), new StringBuilder());
        for (var row = 0; row < 100; row++)
        {
            documents.Append($$"""{"id":"{{row}}","text":"text {{row}}","source":"s"}""" + "\n");
            attributes.Append($$$"""{"id":"{{{row}}}","attributes":{"{{{Name}}}":[[0,6,0.{{{row:D2}}}]]},"source":"s"}""" + "\n");
        }

        SampleMix.Save(_folder, "d/documents/a.jsonl.zst", documents);
        SampleMix.Save(_folder, "d/attributes/gopher_rules/a.jsonl.zst", attributes);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Defect_2_a_filter_on_a_name_that_no_tagger_writes_does_not_let_everything_pass()
    {
        Assert.Equal(50, Run(Name, "gopher_rules").Written);
        var error = Assert.Throws<DataException>(() => Run(Name[..^1], "gopher_rules"));
        Assert.Contains($"names the attribute {Name[..^1]}, but no row of the sets gopher_rules has it", error.Message);
        Assert.Contains($"The nearest that is there: {Name}.", error.Message);
        Assert.False(Directory.Exists(_folder.At("out")) && MixJobTests.Shards(_folder.At("out")).Any(shard => !shard.EndsWith("m-0000.jsonl.gz", StringComparison.Ordinal)));
    }

    [Fact]
    public void Defect_2_a_filter_on_attributes_of_a_set_that_was_not_loaded_does_not_let_everything_pass() =>
        Assert.Contains("no attribute sets are loaded", Assert.Throws<DataException>(() => Run(Name)).Message);

    [Fact]
    public void Defect_2_a_set_that_is_not_there_is_not_passed_over()
    {
        var error = Assert.Throws<DataException>(() => Run(Name, "gopher_rule"));
        Assert.Contains("has no attributes \"gopher_rule\"", error.Message);
        Assert.Contains("Did you mean gopher_rules?", error.Message);
    }

    [Fact]
    public void Defect_2_replacements_and_fields_are_looked_for_too()
    {
        Assert.Contains("names the attribute pii__email", Assert.Throws<DataException>(() => Run(Stream("gopher_rules") with { SpanReplacement = [new() { Span = "$.attributes.pii__email", MinScore = 0.5 }] })).Message);
        Assert.Contains("names the field scores", Assert.Throws<DataException>(() => Run(Stream() with { Filter = new() { Exclude = ["$[?(@.scores > 5)]"] } })).Message);
        Assert.Contains("names the attribute b", Assert.Throws<DataException>(() => Run(Stream("gopher_rules") with { Filter = new() { Include = [".attributes.b?.b? != null"], Syntax = Data.Filters.FilterSyntax.Jq } })).Message);
    }

    [Fact]
    public void A_name_that_may_be_absent_is_allowed_and_matches_nothing() => Assert.Equal(100, Run(Stream("gopher_rules") with
    {
        Filter = new() { Exclude = ["$.attributes[?(@.rare && @.rare[0][2] > 0.5)]"] },
        MayBeAbsent = ["rare"],
    }).Written);

    [Fact]
    public void What_a_known_tagger_did_not_find_is_allowed_where_it_ran()
    {
        // Of gopher_v1 another type is there; c4_v1 did not run.
        Assert.Equal(100, Run("gopher_rules__gopher_v1__word_count", "gopher_rules").Written);
        Assert.Contains("names the attribute gopher_rules__c4_v1__line_count", Assert.Throws<DataException>(() => Run("gopher_rules__c4_v1__line_count", "gopher_rules")).Message);
        Assert.Contains("names the attribute other__gopher_v1__word_count", Assert.Throws<DataException>(() => Run("other__gopher_v1__word_count", "gopher_rules")).Message);
    }

    [Fact]
    public void An_attribute_of_one_row_is_there()
    {
        var path = _folder.At("d", "documents", "a.jsonl.zst");
        var rows = SampleMix.Read([path]);
        rows[99]["attributes"] = System.Text.Json.Nodes.JsonNode.Parse("""{"rare":[[0,1,0.9]]}""");
        SampleMix.Save(_folder, "d/documents/a.jsonl.zst", new StringBuilder(string.Join('\n', rows.Select(row => row.ToJsonString()))));
        Assert.Equal(99, Run(Stream("gopher_rules") with { Filter = new() { Exclude = ["$.attributes[?(@.rare && @.rare[0][2] > 0.5)]"] } }).Written);
    }

    [Theory]
    [InlineData("d/documents/a.jsonl.zst")]
    [InlineData("d/attributes/gopher_rules/a.jsonl.zst")]
    public void Defect_3_a_file_that_breaks_off_does_not_give_a_shorter_shard(string file)
    {
        var path = _folder.At(file);
        var bytes = File.ReadAllBytes(path);
        foreach (var length in new[] { bytes.Length - 1, bytes.Length / 2, bytes.Length / 4, 0 })
        {
            File.WriteAllBytes(path, bytes[..length]);
            Assert.Throws<DataException>(() => Run(Name, "gopher_rules"));
            Assert.Empty(MixJobTests.Shards(_folder.At("out")));
        }

        bytes[bytes.Length / 2] ^= 0x10;
        File.WriteAllBytes(path, bytes);
        Assert.Contains(path, Assert.Throws<DataException>(() => Run(Name, "gopher_rules")).Message);
        Assert.Empty(MixJobTests.Shards(_folder.At("out")));
    }

    [Fact]
    public void Defect_3_a_short_attribute_file_does_not_let_the_rest_pass()
    {
        Attributes(rows => rows[..^1]);
        Assert.Contains("ends after 99 lines", Assert.Throws<DataException>(() => Run(Name, "gopher_rules")).Message);
        Assert.Empty(MixJobTests.Shards(_folder.At("out")));
    }

    [Fact]
    public void Attributes_of_other_documents_are_refused()
    {
        Attributes(rows => [.. rows[..50], rows[51], rows[50], .. rows[52..]]);
        var error = Assert.Throws<DataException>(() => Run(Name, "gopher_rules"));
        Assert.Contains("line 51: is about document \"51\", but line 51 of the document file is \"50\"", error.Message);
        Assert.Empty(MixJobTests.Shards(_folder.At("out")));
    }

    [Fact]
    public void More_attributes_than_documents_are_refused()
    {
        Attributes(rows => [.. rows, rows[0]]);
        Assert.Contains("more rows than documents", Assert.Throws<DataException>(() => Run(Name, "gopher_rules")).Message);
    }

    [Fact]
    public void Spans_of_another_text_are_refused()
    {
        Attributes(rows => [.. rows[..50], rows[50].Replace("[0,6,", "[5,90,", StringComparison.Ordinal), .. rows[51..]]);
        var error = Assert.Throws<DataException>(() => Run(Stream("gopher_rules") with { SpanReplacement = [new() { Span = $"$.attributes.{Name}", MinScore = 0.3 }] }));
        Assert.Contains("a.jsonl.zst, line 51: the span [5, 90] lies outside the text of 7 code points", error.Message);
        Attributes(rows => [.. rows[..50], rows[50].Replace("[5,90,", "[5,\"x\",", StringComparison.Ordinal), .. rows[51..]]);
        Assert.Contains("which is no [start, end, score]", Assert.Throws<DataException>(() => Run(Stream("gopher_rules") with { SpanReplacement = [new() { Span = $"$.attributes.{Name}", MinScore = 0.3 }] })).Message);
    }

    [Fact]
    public void Defect_8_the_last_file_is_named_like_the_others()
    {
        File.Copy(_folder.At("d", "documents", "a.jsonl.zst"), _folder.At("d", "documents", "b.jsonl.zst"));
        var stream = Stream();
        Run(stream with { Output = stream.Output with { MaxSizeInBytes = new FileInfo(_folder.At("d", "documents", "a.jsonl.zst")).Length + 1 } });
        Assert.Equal(["m-0000.jsonl.gz", "m-0001.jsonl.gz"], MixJobTests.Shards(_folder.At("out")).Select(Path.GetFileName));
    }

    [Fact]
    public void A_stream_without_filter_or_replacement_is_allowed() => Assert.Equal(100, Run(Stream() with { Filter = new() }).Written);

    [Fact]
    public void Files_of_an_earlier_mix_are_not_taken_for_this_one()
    {
        _folder.Write("out/m-0001.json.gz", "");
        Assert.Contains("holds m-0001.json.gz that this mix does not make", Assert.Throws<DataException>(() => Run(Stream())).Message);
    }

    [Fact]
    public void A_jq_program_that_fails_names_the_row()
    {
        var error = Assert.Throws<DataException>(() => Run(Stream("gopher_rules") with { Filter = new() { Include = [$"(.attributes.{Name}[0][2] - .metadata.x) > 0"], Syntax = Data.Filters.FilterSyntax.Jq } }));
        Assert.Contains("a.jsonl.zst, line 1: jq ", error.Message);
        Assert.Contains("null has no member \"x\"", error.Message);
    }

    [Fact]
    public void Mistakes_of_the_config_are_found_before_any_work()
    {
        Fails("discard_fields names text", stream => stream with { Output = stream.Output with { DiscardFields = ["text"] } });
        Fails("streams[0] (m): jsonpath \"$.attributes[\", character 14", stream => stream with { Filter = new() { Include = ["$.attributes["] } });
        Fails("compression.input is \"gz\"", stream => stream with { Compression = new() { Input = "gz" } });
        Fails("there are no documents here", stream => stream with { Documents = [_folder.At("nowhere")] });
        Fails("only files of this machine", stream => stream with { Documents = ["s3://bucket/documents/*"] });
        Fails("output.path s3://bucket/out is not on this machine", stream => stream with { Output = new() { Path = "s3://bucket/out" } });
        Fails("a name with a slash", stream => stream with { Name = "a/b" });
        Assert.Contains("no stream", Assert.Throws<DataException>(() => new MixJob(new MixConfig())).Message);

        void Fails(string reason, Func<MixStreamConfig, MixStreamConfig> change) =>
            Assert.Contains(reason, Assert.Throws<DataException>(() => new MixJob(new MixConfig { Streams = [change(Stream())] })).Message);
    }

    [Fact]
    public void A_disk_that_refuses_is_an_error()
    {
        _folder.Write("out", "a file where a folder should be");
        Assert.Contains("cannot be written", Assert.Throws<DataException>(() => Run(Stream())).Message);
    }

    private void Attributes(Func<string[], string[]> change)
    {
        var rows = SampleMix.Read([_folder.At("d", "attributes", "gopher_rules", "a.jsonl.zst")]).Select(row => row.ToJsonString()).ToArray();
        SampleMix.Save(_folder, "d/attributes/gopher_rules/a.jsonl.zst", new StringBuilder(string.Join('\n', change(rows))));
    }

    private MixStreamResult Run(string attribute, params string[] sets) =>
        Run(Stream(sets) with { Filter = new() { Exclude = [$"$.attributes[?(@.{attribute} && @.{attribute}[0] && @.{attribute}[0][2] >= 0.5)]"] } });

    private static MixStreamResult Run(MixStreamConfig stream) => new MixJob(new MixConfig { Streams = [stream] }).Run(cancellation: TestContext.Current.CancellationToken).Streams[0];

    private MixStreamConfig Stream(params string[] sets) => new() { Name = "m", Documents = [_folder.At("d", "documents")], Attributes = sets, Output = new() { Path = _folder.At("out") } };
}
