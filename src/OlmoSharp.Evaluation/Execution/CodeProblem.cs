namespace OlmoSharp.Evaluation.Execution;

/// <summary>Programs of the code benchmarks: what a model wrote, and the tests.</summary>
internal static class CodeProblem
{
    /// <summary>HumanEval (Chen et al. 2021): the prompt, which holds imports and the signature, the continuation, the tests, and the call of <c>check</c>.</summary>
    /// <param name="prompt">The problem's prompt.</param>
    /// <param name="continuation">What the model wrote after it, cut at the stop texts.</param>
    /// <param name="tests">The problem's <c>test</c>, which defines <c>check</c>.</param>
    /// <param name="entryPoint">The name of the function.</param>
    public static string HumanEval(string prompt, string continuation, string tests, string entryPoint) => $"{prompt}{continuation}\n{tests}\ncheck({entryPoint})";

    /// <summary>MBPP (Austin et al. 2021): the code and the tests, each an assertion.</summary>
    /// <param name="code">What the model wrote.</param>
    /// <param name="tests">The problem's <c>test_list</c>.</param>
    /// <param name="setup">The problem's <c>test_setup_code</c>, which stands before the tests. OLMES leaves it out.</param>
    public static string Mbpp(string code, IEnumerable<string> tests, string setup = "") =>
        $"{code}\n{(setup.Length == 0 ? "" : setup + "\n")}{string.Join('\n', tests)}";
}
