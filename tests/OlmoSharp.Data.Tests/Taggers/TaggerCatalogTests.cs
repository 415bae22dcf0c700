using OlmoSharp.Data.Configuration;
using OlmoSharp.Data.Taggers;
using Xunit;

namespace OlmoSharp.Data.Tests.Taggers;

public sealed class TaggerCatalogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_tagger_is_named_or_named_with_parameters()
    {
        var list = _folder.Write("list.txt", "bad");
        var config = Read($"documents: d/documents/*.jsonl\ntaggers: [gopher_v1, c4_v1, {{name: c4_v2, naughty_words: '{list}'}}, {{name: c4_v2, as: mine}}]");
        Assert.Equal(["gopher_v1", "c4_v1", "c4_v2", "mine"], config.Taggers.Select(section => new TaggerCatalog().Configure(section).Name));
        Assert.Equal(["gopher_v1"], Read("documents: [x]\ntaggers: gopher_v1").Taggers.Select(section => section.Text));
    }

    [Fact]
    public void Settings_change_with_what_a_file_holds_and_not_with_its_path()
    {
        string Settings(string name, string content) => new TaggerCatalog()
            .Configure(Read($"documents: [x]\ntaggers: {{name: c4_v1, naughty_words: '{_folder.Write(name, content)}'}}").Taggers[0]).Settings;
        Assert.Equal(Settings("a.txt", "one"), Settings("b.txt", "one"));
        Assert.NotEqual(Settings("a.txt", "one"), Settings("a.txt", "two"));
    }

    [Theory]
    [InlineData("gopher_v3", "tagger gopher_v3: there is none of this name; did you mean gopher_v1?")]
    [InlineData("{name: random_number_v1, sede: 3}", "c.yaml:2:35: taggers[0].sede: unknown key; did you mean 'seed'?")]
    [InlineData("{name: gopher_v1, seed: 3}", "c.yaml:2:10: taggers[0]: tagger gopher_v1 has no parameters, so no seed; remove it")]
    [InlineData("{seed: 3}", "c.yaml:2:10: taggers[0]: a tagger needs its name: write NAME, or {name: NAME, PARAMETER: VALUE}")]
    [InlineData("[[gopher_v1]]", "c.yaml:2:11: taggers[0]: expected keys with values, not a list")]
    [InlineData("dolma_v1_tokenizer", "tagger dolma_v1_tokenizer: tokenizer: is required (a text)")]
    [InlineData("{name: [a]}", "c.yaml:2:17: taggers[0].name: expected a text, not a list")]
    public void What_is_wrong_with_a_tagger_is_said(string tagger, string expected)
    {
        var section = Read($"documents: [x]\ntaggers: {tagger}").Taggers[0];
        var error = Assert.ThrowsAny<Exception>(() => new TaggerCatalog().Configure(section));
        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tagger_modules: mine.py", "mine.py is a Python module, which cannot be loaded here. Write the tagger as a .NET class")]
    [InlineData("destination: [a, b]", "needs a folder for each of documents: there are 1, not 2")]
    [InlineData("destination: s3://bucket/attributes", "s3://bucket/attributes is not on this machine")]
    [InlineData("profile: {steps: 100}", "would leave attribute files shorter than their documents")]
    [InlineData("profile: {sort_key: filename}", "'filename' orders Python functions; taggers are ordered by time")]
    [InlineData("processes: 0", "processes: must be at least 1")]
    [InlineData("dry_run: true", "unknown key; did you mean 'dryrun'?")]
    public void What_makes_no_sense_here_is_refused_by_name(string line, string expected) =>
        Assert.Contains(expected, Assert.Throws<ConfigException>(() => Read($"documents: [x]\ntaggers: [gopher_v1]\n{line}")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_whole_config_of_Dolma_is_read()
    {
        var config = Read("""
            {"documents": ["s/documents/*.gz"], "destination": null, "tagger_modules": [], "taggers": ["c4_v1"], "experiment": "exp", "processes": 4,
             "ignore_existing": true, "debug": false, "profile": {"enable": false, "output": null, "steps": null, "sort_key": "tottime", "lines": 100},
             "work_dir": {"input": null, "output": "/tmp/w"}, "dryrun": true}
            """);
        Assert.Equal(("exp", 4, true, false, true, "/tmp/w"), (config.Experiment, config.Processes, config.IgnoreExisting, config.Debug, config.DryRun, config.WorkDir.Output));
    }

    [Fact]
    public void Every_tagger_says_what_it_is_and_its_thresholds_are_on_what_it_says()
    {
        foreach (var tagger in new TaggerCatalog().All.Where(tagger => !tagger.ParameterKeys.Any(parameter => parameter.IsRequired)))
        {
            Assert.DoesNotContain('\n', tagger.Summary);
            var types = new TaggerCatalog().Configure(tagger.Name).Make().Types;
            Assert.Equal(types.Count, types.Distinct().Count());
            Assert.Subset(types.ToHashSet(), tagger.Thresholds.Select(threshold => threshold.Type).ToHashSet());
        }
    }

    private static TagConfig Read(string text) => ConfigReader.ReadText<TagConfig>(text, "c.yaml");
}
