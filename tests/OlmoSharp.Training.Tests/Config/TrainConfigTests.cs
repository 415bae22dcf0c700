using OlmoSharp.Data.Configuration;
using OlmoSharp.Training.Config;
using OlmoSharp.Training.Tests.Runs;
using Xunit;

namespace OlmoSharp.Training.Tests.Config;

public sealed class TrainConfigTests(SampleCorpus corpus)
{
    [Theory]
    [InlineData("batch_size=0", "batch_size")]
    [InlineData("micro_batch_size=3", "batch_size 4 is not a multiple of micro_batch_size 3")]
    [InlineData("micro_batch_size=8", "micro_batch_size")]
    [InlineData("micro_batch_size=-1", "micro_batch_size")]
    [InlineData("data.sequence_length=33", "sequence_length 33 exceeds model.context_length 32")]
    [InlineData("data.sequence_length=1", "sequence_length")]
    [InlineData("schedule.warmup_steps=13", "warmup_steps 13 exceeds steps 12")]
    [InlineData("steps=0", "steps")]
    [InlineData("model.heads=3", "hidden_size 16 does not divide into 3 heads")]
    [InlineData("precision=float8", "precision")]
    [InlineData("optimizer.learning_rte=1", "learning_rate")]
    [InlineData("data.sources=[]", "sources")]
    [InlineData("evaluation.taks=[a]", "did you mean 'tasks'")]
    [InlineData("evaluation={tasks: [a], on_finish: false}", "never be evaluated")]
    [InlineData("evaluation.limit=-1", "limit")]
    public void A_mistake_is_named(string assignment, string part)
    {
        using var folder = new TemporaryFolder();
        var yaml = ConfigWriter.Write(corpus.Config(folder["run"]));
        var exception = Assert.Throws<ConfigException>(() => ConfigReader.ReadText<TrainConfig>(yaml, "run.yaml", [assignment]));
        Assert.Contains(part, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_folder_of_data_or_several()
    {
        using var folder = new TemporaryFolder();
        var yaml = ConfigWriter.Write(corpus.Config(folder["run"]));
        Assert.Equal(["a"], Read("evaluation.data=a").Data);
        Assert.Equal(["a", "b"], Read("evaluation.data=[a, b]").Data);
        Assert.Null(Read("evaluation.every=5").TasksEvery);

        EvaluationConfig Read(string assignment) => ConfigReader.ReadText<TrainConfig>(yaml, "run.yaml", [assignment]).Evaluation;
    }

    [Fact]
    public void What_was_written_is_read()
    {
        using var folder = new TemporaryFolder();
        var yaml = ConfigWriter.Write(corpus.Config(folder["run"]));
        Assert.Equal(yaml, ConfigWriter.Write(ConfigReader.ReadText<TrainConfig>(yaml, "run.yaml")));
    }
}
