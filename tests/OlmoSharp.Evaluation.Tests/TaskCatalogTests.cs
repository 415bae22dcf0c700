using OlmoSharp.Data.Configuration;
using OlmoSharp.Evaluation.Requests;
using OlmoSharp.Evaluation.Tasks;
using Xunit;

namespace OlmoSharp.Evaluation.Tests;

public class TaskCatalogTests
{
    private static readonly TaskCatalog Catalog = TaskCatalog.Load();

    [Fact]
    public void Every_shipped_task_resolves()
    {
        Assert.True(Catalog.TaskNames.Count > 500);
        Assert.All(Catalog.TaskNames, name => Assert.Equal(name, Catalog.Find(name).Name));
    }

    [Fact]
    public void Every_suite_has_tasks() => Assert.All(Catalog.Suites.Keys, name => Assert.NotEmpty(Catalog.Expand(name)));

    // The standard's table: task, split, most documents, shots, normalization of the cloze form.
    [Theory]
    [InlineData("arc_easy", "test", 1000, "acc_per_char")]
    [InlineData("arc_challenge", "test", 0, "acc_uncond")]
    [InlineData("boolq", "validation", 1000, "acc_raw")]
    [InlineData("csqa", "validation", 0, "acc_uncond")]
    [InlineData("hellaswag", "validation", 1000, "acc_per_char")]
    [InlineData("openbookqa", "test", 0, "acc_uncond")]
    [InlineData("piqa", "validation", 1000, "acc_per_char")]
    [InlineData("socialiqa", "validation", 1000, "acc_per_char")]
    [InlineData("winogrande", "validation", 0, "acc_raw")]
    [InlineData("mmlu_astronomy", "test", 0, "acc_per_char")]
    public void The_ten_tasks_are_those_of_the_standard(string task, string split, int limit, string metric)
    {
        var rc = Catalog.Find($"{task}:rc::olmes");
        var mc = Catalog.Find($"{task}:mc::olmes");
        Assert.Equal((split, limit, 5, metric), (rc.Split, rc.Limit, rc.Shots, rc.Metric));
        Assert.Equal((split, limit, 5, "acc_raw", ""), (mc.Split, mc.Limit, mc.Shots, mc.Metric, mc.Unconditioned));
        Assert.Equal(1234, rc.SubsampleSeed);
        Assert.Equal(2048, rc.MaxLength);
    }

    [Fact]
    public void The_better_of_both_forms_and_the_mean_of_subjects_are_suites()
    {
        Assert.Equal(Aggregate.Max, Catalog.Suites["piqa::olmes"].Aggregate);
        Assert.Equal(["piqa:mc::olmes", "piqa:rc::olmes"], Catalog.Suites["piqa::olmes"].Members);
        Assert.Equal(Aggregate.Macro, Catalog.Suites["mmlu:mc::olmes"].Aggregate);
        Assert.Equal(57, Catalog.Expand("mmlu:mc::olmes").Count);
        Assert.Equal(["mmlu:mc::olmes", "mmlu:rc::olmes"], Catalog.Suites["mmlu::olmes"].Members);
        Assert.Equal(18, Catalog.Expand("core_9mcqa::olmes").Count);
    }

    [Fact]
    public void In_loop_labels_are_names()
    {
        Assert.Equal("arc_challenge:mc::inloop_val_5shot", Catalog.Find("arc_challenge_val_mc_5shot").Name);
        Assert.Equal("gsm8k:bpb::inloop", Catalog.Find("gsm8k_gold_bpb_5shot").Name);
        Assert.Equal(8, Catalog.Find("gsm8k_gold_bpb_5shot").Shots);
    }

    [Fact]
    public void Any_task_scores_in_bits_per_byte()
    {
        var spec = Catalog.Find("arc_easy:rc:bpb::olmes");
        Assert.Equal("bits_per_byte", spec.Metric);
        Assert.Equal("arc_easy:rc:bpb::olmes", spec.Name);
        Assert.Equal(RequestKind.Loglikelihood, Catalog.Find("drop:bpb::olmes").Request);
    }

    [Fact]
    public void Overrides_count_first_and_change_the_hash()
    {
        var plain = Catalog.Find("piqa:rc::olmes");
        var changed = Catalog.Find("piqa:rc::olmes", ["shots=0", "split=train", "generation.max_tokens=3"]);
        Assert.Equal((0, "train", 3), (changed.Shots, changed.Split, changed.Generation!.MaxTokens));
        Assert.NotEqual(plain.Hash, changed.Hash);
        Assert.Equal(plain.Hash, Catalog.Find("piqa:rc::olmes", ["shots=5"]).Hash);
        Assert.Equal(Catalog.Find("boolq:rc::inloop_val_5shot").Hash, Catalog.Find("boolq:rc::olmes:full").Hash);
        Assert.Equal(16, plain.Hash.Length);
    }

    [Theory]
    [InlineData("piqa:rc::olmess", "did you mean piqa:rc::olmes?")]
    [InlineData("mmlu:mc::olmes", "is a suite")]
    public void Unknown_names_say_the_nearest(string name, string expected) =>
        Assert.Contains(expected, Assert.Throws<EvaluationException>(() => Catalog.Find(name)).Message);

    [Fact]
    public void Unknown_settings_say_the_nearest() =>
        Assert.Contains("did you mean 'shots'?", Assert.Throws<ConfigException>(() => Catalog.Find("piqa:rc::olmes", ["shot=1"])).Message);

    [Fact]
    public void A_folder_adds_tasks_of_its_own()
    {
        using var folder = new TemporaryFolder();
        folder.Write("colours.yaml", Family());
        folder.Write("suites.yaml", "suites: {mine: {tasks: [\"colours:rc::plain\", \"piqa:rc::olmes\"], aggregate: micro}}");
        var catalog = TaskCatalog.Load(folder.Path);
        Assert.Equal("{question} is", catalog.Find("colours:rc::plain").Prompt);
        Assert.Equal(["colours:rc::plain", "piqa:rc::olmes"], catalog.Expand("mine"));
    }

    [Theory]
    [InlineData("prompt:", "promt:", "did you mean 'prompt'?")]
    [InlineData("metric: acc_raw", "split: test", "sets metric")]
    [InlineData("{question} is", "{question is", "not closed")]
    [InlineData("task: colours", "task: piqa", "there already is")]
    [InlineData("plain: {}", "plain: {shots: 2}", "2 shots need fewshot.source or fewshot.split")]
    [InlineData("plain: {}", "plain: {limit: -1}", "limit: must be at least 0")]
    public void A_wrong_file_is_an_error_that_says_where(string what, string by, string expected)
    {
        using var folder = new TemporaryFolder();
        folder.Write("colours.yaml", Family().Replace(what, by, StringComparison.Ordinal).Replace("plain: {}", by.StartsWith("task", StringComparison.Ordinal) ? "olmes: {}" : "plain: {}", StringComparison.Ordinal));
        var error = Assert.ThrowsAny<Exception>(() =>
        {
            var catalog = TaskCatalog.Load(folder.Path);
            catalog.Find("colours:rc::plain");
        });
        Assert.True(error is EvaluationException or ConfigException, error.ToString());
        Assert.Contains("colours.yaml", error.Message);
        Assert.Contains(expected, error.Message);
    }

    private static string Family() => """
        task: colours
        description: Colours of things
        dataset: {name: colours}
        split: test
        layouts: [{question: "{question}", choices: "{choices}", gold: "{gold}"}]
        variants:
          rc: {prompt: "{question} is", continuation: " {@choice}", metric: acc_raw}
        regimes: {plain: {}}
        """;
}
