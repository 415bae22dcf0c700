using OlmoSharp.Evaluation.InLoop;
using OlmoSharp.Tokenization;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.InLoop;

/// <summary>Alone, because it takes the path to programs away from the whole process.</summary>
[CollectionDefinition(nameof(InLoopProgramsTests), DisableParallelization = true)]
[Collection(nameof(InLoopProgramsTests))]
public sealed class InLoopProgramsTests
{
    [Fact]
    public void Tasks_that_run_programs_need_Python_before_training()
    {
        using var folder = new TemporaryFolder();
        folder.Write("openai_humaneval.test.jsonl", """{"task_id": "t/0", "prompt": "def one():\n", "canonical_solution": "    return 1\n", "test": "def check(f):\n    assert f() == 1\n", "entry_point": "one"}""");
        var tokenizer = BpeTrainer.Train(["def one():\n    return 1\n"], new BpeTrainerOptions { VocabularySize = 270, MinFrequency = 1 }, cancellationToken: TestContext.Current.CancellationToken);
        var path = Environment.GetEnvironmentVariable("PATH");
        try
        {
            Environment.SetEnvironmentVariable("PATH", folder.Path);
            Assert.Contains("no Python here", Assert.Throws<EvaluationException>(() => Prepare("codex_humaneval::olmes")).Message, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("PATH", path);
        }

        InLoopTasks Prepare(string name) => InLoopTasks.Prepare(new InLoopOptions { Names = [name], Data = [folder.Path] }, tokenizer, 2048);
    }
}
