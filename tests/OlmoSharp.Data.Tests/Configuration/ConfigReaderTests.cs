using OlmoSharp.Data.Configuration;
using Xunit;

namespace OlmoSharp.Data.Tests.Configuration;

public class ConfigReaderTests
{
    private const string Whole = """
        name: base
        steps: 1e3          # a whole number, written short
        optimizer:
          learning_rate: 4.0e-4
          betas: [0.9, 0.99]
        sources:
          - path: a.jsonl
          - {path: b.jsonl, repeat: 50_000_000_000, tags: [x, ~, "null"]}
        weights: {web: 1, "code.cs": .5}
        schedule: wsd
        stop_after: ~
        seed: 18446744073709551615
        dtype: bfloat16
        shape: [[1, 2], [], [3]]
        """;

    [Fact]
    public void Every_kind_of_value_is_read()
    {
        var config = Read(Whole);
        Assert.Equal("base", config.Name);
        Assert.Equal(1000, config.Steps);
        Assert.Equal(4e-4, config.Optimizer.LearningRate);
        Assert.Equal([0.9f, 0.99f], config.Optimizer.Betas);
        Assert.Equal(["a.jsonl", "b.jsonl"], config.Sources.Select(source => source.Path));
        Assert.Equal([1, 50_000_000_000], config.Sources.Select(source => source.Repeat));
        Assert.Equal(["x", null, "null"], config.Sources[1].Tags);
        Assert.Equal(new Dictionary<string, double> { ["web"] = 1, ["code.cs"] = 0.5 }, config.Weights);
        Assert.Equal(SampleSchedule.WarmupStableDecay, config.Schedule);
        Assert.Null(config.StopAfter);
        Assert.Equal(ulong.MaxValue, config.Seed);
        Assert.Equal("bfloat16", config.DType);
        Assert.Equal([[1, 2], [], [3]], config.Shape);
        Assert.Null(config.Anneal);
    }

    [Fact]
    public void What_is_not_written_keeps_its_default_even_inside_a_nested_record()
    {
        var config = Read("{name: a, steps: 8, optimizer: {learning_rate: 0.5}, anneal: {}}");
        Assert.Equal(0.25, config.Optimizer.WeightDecay);
        Assert.Equal(0.1, config.Anneal!.WeightDecay);
        Assert.Equal(7, config.StopAfter);
        Assert.Equal(SampleSchedule.CosineWithWarmup, config.Schedule);
    }

    [Fact]
    public void Merge_keys_give_what_is_not_written()
    {
        var config = Read(
            """
            name: a
            steps: 8
            optimizer: &base {learning_rate: 0.5, weight_decay: 0.75}
            anneal:
              learning_rate: 0.125
              <<: [*base, {weight_decay: 9, betas: [0.5, 0.5]}]
            """);
        Assert.Equal((0.125, 0.75), (config.Anneal!.LearningRate, config.Anneal.WeightDecay));
        Assert.Equal([0.5f, 0.5f], config.Anneal.Betas);
        Assert.Contains("expected keys with values to merge, not '5'", Assert.Throws<ConfigException>(() => Read("{name: a, steps: 8, <<: 5}")).Message);
    }

    [Fact]
    public void Environment_variables_are_read()
    {
        var path = Environment.GetEnvironmentVariable("PATH");
        Assert.Equal($"{path}/x", Read("{name: \"${oc.env:PATH}/x\", steps: 8}").Name);
        Assert.Equal("none/x", Read("{name: \"${oc.env:OLMOSHARP_NOT_SET,none}/x\", steps: 8}").Name);
        Assert.Contains("OLMOSHARP_NOT_SET is not set", Assert.Throws<ConfigException>(() => Read("{name: \"${oc.env:OLMOSHARP_NOT_SET}\", steps: 8}")).Message);
    }

    [Fact]
    public void Json_with_tabs_is_read_too()
    {
        var config = Read("{\r\n\t\"name\": \"a\\u00e9\",\r\n\t\"steps\": 9,\r\n\t\"sources\": [\r\n\t\t{\"path\": \"x\"}\r\n\t],\r\n\t\"note\": null\r\n}\r\n");
        Assert.Equal("aé", config.Name);
        Assert.Equal("x", config.Sources[0].Path);
        Assert.Null(config.Note);
    }

    [Fact]
    public void Anchors_share_values_and_an_override_changes_only_its_own()
    {
        var config = Read("name: a\nsteps: 9\noptimizer: &o {learning_rate: 0.5}\nanneal: *o", "anneal.learning_rate=0.25");
        Assert.Equal(0.5, config.Optimizer.LearningRate);
        Assert.Equal(0.25, config.Anneal!.LearningRate);
    }

    [Fact]
    public void Overrides_replace_add_and_reach_into_lists_in_order()
    {
        var config = Read(
            Whole, "steps=5", "steps=6", "optimizer.weight_decay=0.75", "sources[1].repeat=3", "anneal.betas=[0.5, 0.6]", "note=a: b = \"c\"".Replace(": ", "="), "schedule=constant");
        Assert.Equal(6, config.Steps);
        Assert.Equal(0.75, config.Optimizer.WeightDecay);
        Assert.Equal(4e-4, config.Optimizer.LearningRate);
        Assert.Equal(3, config.Sources[1].Repeat);
        Assert.Equal([0.5f, 0.6f], config.Anneal!.Betas);
        Assert.Equal("a=b = \"c\"", config.Note);
        Assert.Equal(SampleSchedule.Constant, config.Schedule);
    }

    [Fact]
    public void All_problems_are_reported_together_with_their_places()
    {
        var problems = Problems("""
            name:
            stepz: 10
            optimizer:
              learning_rate: fast
              weight_decay: -1
              betas: [0.9]
            sources:
              - repeat: 0
                path: p
              - {repeat: 1.5, tag: x}
            schedule: cosine_with_warmupp
            seed: -1
            resume: yes
            resume: true
            weights: [1]
            shape: [[1, a]]
            """);
        Assert.Equal(
            [
                "f.yaml:14:1: resume: duplicate key, first written at line 13",
                "f.yaml:2:1: stepz: unknown key; did you mean 'steps'?",
                "f.yaml:1:6: name: needs a value: a text (an empty one is \"\")",
                "f.yaml:1:1: steps: is required (a whole number)",
                "f.yaml:4:18: optimizer.learning_rate: expected a number, not 'fast'",
                "f.yaml:5:17: optimizer.weight_decay: must be at least 0, not -1",
                "f.yaml:6:10: optimizer.betas: The field betas must be a string or array type with a minimum length of '2'.",
                "f.yaml:8:13: sources[0].repeat: must be at least 1, not 0",
                "f.yaml:10:19: sources[1].tag: unknown key; did you mean 'tags'?",
                "f.yaml:10:5: sources[1].path: is required (a text)",
                "f.yaml:10:14: sources[1].repeat: expected a whole number, not '1.5'",
                "f.yaml:15:10: weights: expected keys with values, not a list",
                "f.yaml:11:11: schedule: expected one of constant, cosine_with_warmup, wsd, not 'cosine_with_warmupp' (did you mean 'cosine_with_warmup'?)",
                "f.yaml:13:9: resume: expected true or false, not 'yes'",
                "f.yaml:12:7: seed: -1 is outside 0 to 18446744073709551615",
                "f.yaml:16:13: shape[0][1]: expected a whole number, not 'a'",
            ],
            problems);
    }

    [Fact]
    public void The_message_lists_every_problem_on_its_own_line()
    {
        var two = Assert.Throws<ConfigException>(() => Read("{name: a, steps: x, sed: 1}"));
        Assert.Equal(
            "f.yaml has 2 problems:\n  f.yaml:1:21: sed: unknown key; did you mean 'seed'?\n  f.yaml:1:18: steps: expected a whole number, not 'x'",
            two.Message);
        var one = Assert.Throws<ConfigException>(() => Read("{name: a, steps: x}"));
        Assert.Equal("f.yaml:1:18: steps: expected a whole number, not 'x'", one.Message);
    }

    [Fact]
    public void Rules_across_keys_are_checked_and_point_at_the_key() =>
        Assert.Equal(["f.yaml:3:13: stop_after: must be at most steps (5)"], Problems("name: a\nsteps: 5\nstop_after: 6"));

    [Theory]
    [InlineData("steps=ten", "--set steps=ten: steps: expected a whole number, not 'ten'")]
    [InlineData("optimiser.learning_rate=1", "--set optimiser.learning_rate=1: optimiser: unknown key; did you mean 'optimizer'?")]
    [InlineData("optimizer.lr=1", "--set optimizer.lr=1: optimizer.lr: unknown key; known here: learning_rate, weight_decay, betas")]
    [InlineData("optimizer.learning_rate=2", "--set optimizer.learning_rate=2: optimizer.learning_rate: must be more than 0 and at most 1, not 2")]
    [InlineData("sources[3].path=x", "--set sources[3].path=x: sources: has 1 items, so no [3]; set the whole list to lengthen it")]
    [InlineData("name.first=x", "--set name.first=x: name: is 'a', so it has no keys")]
    [InlineData("steps", "--set steps: write key=value, such as optimizer.learning_rate=1e-3 or sources[0].weight=2")]
    [InlineData("=3", "--set =3: write key=value, such as optimizer.learning_rate=1e-3 or sources[0].weight=2")]
    [InlineData("a..b=3", "--set a..b=3: write key=value, such as optimizer.learning_rate=1e-3 or sources[0].weight=2")]
    [InlineData("name=", "--set name=: name: needs a value: a text (an empty one is \"\")")]
    public void A_wrong_override_is_an_error_that_quotes_it(string assignment, string expected) =>
        Assert.Equal([expected], Problems("{name: a, steps: 9, sources: [{path: p}]}", assignment));

    [Theory]
    [InlineData("name: a\nsteps: [1, 2", 3)]
    [InlineData("name: a\n\tsteps: 1", 1)]
    [InlineData("name: 'a\nsteps: 3", 1)]
    [InlineData("name: *missing\nsteps: 3", 1)]
    [InlineData("name: a\n? [x]\n: 3", 2)]
    [InlineData("name: a\nsteps: 9\n---\nname: b", 3)]
    [InlineData("- 1\n- 2", 1)]
    [InlineData("just words", 1)]
    public void What_is_not_a_mapping_or_not_yaml_is_one_error_with_its_line(string text, int line)
    {
        var problem = Assert.Single(Assert.Throws<ConfigException>(() => Read(text)).Problems);
        Assert.Equal(line, problem.Place.Line);
    }

    [Fact]
    public void Hostile_nesting_is_an_error_and_not_a_crash()
    {
        var problem = Assert.Single(Problems("name: " + new string('[', 5000)));
        Assert.Contains("nested more than 64 deep", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("steps: 2147483648", "outside -2147483648 to 2147483647")]
    [InlineData("steps: 1e400", "outside")]
    [InlineData("steps: 1e-40", "whole number")]
    [InlineData("steps: \"5\"", "remove the quotes")]
    [InlineData("steps: !!int 5", "remove the tag")]
    [InlineData("{steps: 5, optimizer: {weight_decay: 1e999}}", "too large")]
    [InlineData("{steps: 5, optimizer: {learning_rate: .nan}}", "must be more than 0")]
    public void Numbers_out_of_reach_are_errors(string text, string expected) =>
        Assert.Contains(Problems(text, "name=a"), problem => problem.Contains(expected, StringComparison.Ordinal));

    [Fact]
    public void Missing_and_undecodable_files_are_named()
    {
        var missing = Path.Combine(Path.GetTempPath(), Guid.NewGuid() + ".yaml");
        Assert.Equal($"{missing}: no such config file", Assert.Throws<ConfigException>(() => ConfigReader.Read<SampleConfig>(missing)).Message);
        try
        {
            File.WriteAllBytes(missing, [0x6E, 0xFF, 0xFE]);
            Assert.Contains("not UTF-8", Assert.Throws<ConfigException>(() => ConfigReader.Read<SampleConfig>(missing)).Message, StringComparison.Ordinal);
            File.WriteAllText(missing, "\uFEFFname: bom\nsteps: 9");
            Assert.Equal("bom", ConfigReader.Read<SampleConfig>(missing).Name);
        }
        finally
        {
            File.Delete(missing);
        }
    }

    private static SampleConfig Read(string text, params string[] overrides) => ConfigReader.ReadText<SampleConfig>(text, "f.yaml", overrides);

    private static IEnumerable<string> Problems(string text, params string[] overrides) =>
        Assert.Throws<ConfigException>(() => Read(text, overrides)).Problems.Select(problem => problem.ToString());
}
