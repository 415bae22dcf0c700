using System.Text.Json.Nodes;
using OlmoSharp.Models;
using OlmoSharp.Training.Callbacks;
using OlmoSharp.Training.Config;
using OlmoSharp.Training.Tests.Runs;
using Xunit;

namespace OlmoSharp.Training.Tests.Evaluation;

public sealed class TaskEvaluationTests(SampleCorpus corpus)
{
    [Theory]
    [InlineData("every=0", new long[] { 12 })]
    [InlineData("every=5", new long[] { 5, 10, 12 })]
    [InlineData("every=5, tasks_every=4", new long[] { 4, 8, 12 })]
    [InlineData("every=5, on_startup", new long[] { 0, 5, 10, 12 })]
    [InlineData("every=5, no on_finish", new long[] { 5, 10 })]
    [InlineData("tasks_every=12, no on_finish", new long[] { 12 })]
    public void Runs_at_its_interval_and_where_the_config_says(string how, long[] expected)
    {
        using var folder = new TemporaryFolder();
        var config = corpus.Config(folder["run"]) with
        {
            Evaluation = new EvaluationConfig
            {
                Tasks = ["any"],
                Every = how.StartsWith("every=5", StringComparison.Ordinal) ? 5 : 0,
                TasksEvery = how.Contains("tasks_every=4", StringComparison.Ordinal) ? 4 : how.Contains("tasks_every=12", StringComparison.Ordinal) ? 12 : null,
                OnStartup = how.Contains("on_startup", StringComparison.Ordinal),
                OnFinish = !how.Contains("no on_finish", StringComparison.Ordinal),
            },
        };
        Train(config, (model, _) => new Dictionary<string, double> { ["eval/downstream/any (accuracy)"] = model.Parameters.Count });
        var lines = SampleRun.Metrics(config).Select(line => JsonNode.Parse(line)!).Where(line => line["eval/downstream/any (accuracy)"] is not null).ToList();
        Assert.Equal(expected, lines.Select(line => (long)line["step"]!));
        Assert.All(lines, line => Assert.Equal(config.Model.Parameters, (double)line["eval/downstream/any (accuracy)"]!));
    }

    [Fact]
    public void A_run_that_goes_on_is_not_evaluated_at_its_start_again()
    {
        using var folder = new TemporaryFolder();
        var config = corpus.Config(folder["run"]) with { Evaluation = new EvaluationConfig { Tasks = ["any"], OnStartup = true }, Checkpoints = new CheckpointConfig { Every = 5 } };
        var evaluations = 0;
        Assert.Throws<InvalidTimeZoneException>(() => Train(config, (_, _) => ++evaluations > 1 ? throw new InvalidTimeZoneException("at the end") : new Dictionary<string, double> { ["a"] = 1 }));
        Train(config, (_, _) => new Dictionary<string, double> { ["a"] = 2 }, resume: true);
        Assert.Equal([(0, 1), (12, 2)], SampleRun.Metrics(config).Select(line => JsonNode.Parse(line)!).Where(line => line["a"] is not null).Select(line => ((int)line["step"]!, (int)line["a"]!)));
    }

    [Fact]
    public void A_stopped_evaluation_leaves_no_figure_and_tasks_need_somebody_to_evaluate_them()
    {
        using var folder = new TemporaryFolder();
        var config = corpus.Config(folder["run"]) with { Evaluation = new EvaluationConfig { Tasks = ["any"], Every = 5 } };
        Assert.Contains("evaluation.tasks has 1 names", Assert.Throws<TrainingException>(() => SampleRun.Train(config)).Message, StringComparison.Ordinal);
        Train(config, (_, _) => throw new OperationCanceledException(), resume: true);
        Assert.Equal(12, SampleRun.LoggedSteps(config)[^1]);
        Assert.DoesNotContain(SampleRun.Metrics(config), line => line.Contains("eval/", StringComparison.Ordinal));
    }

    [Fact]
    public void An_evaluation_that_was_stopped_after_the_last_step_is_made_up_for_once()
    {
        using var folder = new TemporaryFolder();
        var config = corpus.Config(folder["run"]) with { Evaluation = new EvaluationConfig { Tasks = ["any"], Every = 5 } };
        Assert.True(Train(config, (_, _) => throw new OperationCanceledException()).WasStopped);
        var evaluations = 0;
        for (var again = 0; again < 2; again++)
        {
            Assert.False(Train(config, (_, _) => new Dictionary<string, double> { ["eval/a"] = ++evaluations }, resume: true).WasStopped);
            var lines = SampleRun.Metrics(config).Select(line => JsonNode.Parse(line)!).Where(line => line["eval/a"] is not null);
            Assert.Equal([(12, 1)], lines.Select(line => ((int)line["step"]!, (int)line["eval/a"]!)));
        }

        Assert.Equal(1, evaluations);
        // Where no evaluation is due after the last step, none is lacking.
        var none = config with { Run = folder["none"], Evaluation = config.Evaluation with { OnFinish = false } };
        Train(none, (_, _) => new Dictionary<string, double> { ["b"] = 1 });
        Train(none, (_, _) => throw new InvalidTimeZoneException("not due"), resume: true);
    }

    private static TaskEvaluation Train(TrainConfig config, Func<Transformer, CancellationToken, IReadOnlyDictionary<string, double>> evaluate, bool resume = false)
    {
        using var log = new MetricsLog();
        using var trainer = Trainer.Create(config, resume);
        var evaluation = new TaskEvaluation(evaluate, CancellationToken.None);
        trainer.Run([evaluation, log, new CheckpointSaver()], CancellationToken.None);
        return evaluation;
    }
}
