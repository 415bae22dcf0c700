using OlmoSharp.Evaluation.Execution;
using OlmoSharp.Evaluation.Metrics.Samples;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.Execution;

public sealed class CodeProblemTests(PythonFixture python) : IClassFixture<PythonFixture>
{
    private const string Prompt = "from typing import List\n\n\ndef twice(xs: List[int]) -> List[int]:\n    \"\"\"Doubles.\"\"\"\n";
    private const string Check = "def check(candidate):\n    assert candidate([1, 2]) == [2, 4]\n";

    [Fact]
    public async Task Samples_of_a_function_give_pass_at_k()
    {
        string[] continuations = ["    return [2 * x for x in xs]\n", "    return xs\n", "    return [x + x for x in xs]", "    return [2 * x for x in xs", "    return xs * 2\n"];
        var results = await ProgramBatch.RunAsync(
            python.Sandbox, [.. continuations.Select(continuation => CodeProblem.HumanEval(Prompt, continuation, Check, "twice"))],
            new ExecutionLimits { Time = TimeSpan.FromSeconds(60) }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal([true, false, true, false, false], results.Select(result => result.Passed));
        // Two of five: pass@2 = 1 − C(3,2)/C(5,2) = 0.7.
        Assert.Equal(0.7, PassAtK.Estimate(5, results.Count(result => result.Passed), 2), 12);
    }

    [Fact]
    public async Task Assertions_and_their_setup_follow_the_code()
    {
        var program = CodeProblem.Mbpp("def f(x):\r\n    return root(x)", ["assert f(9) == 3", "assert f(4) == 2"], "root = lambda x: int(x ** 0.5)");
        var result = await python.Sandbox.RunAsync(program, new ExecutionLimits { Time = TimeSpan.FromSeconds(60) }, TestContext.Current.CancellationToken);
        Assert.True(result.Passed, result.Message);
        Assert.Equal("f\nassert 1\nassert 2", CodeProblem.Mbpp("f", ["assert 1", "assert 2"]));
    }
}
