using OlmoSharp.Evaluation.Documents;
using OlmoSharp.Evaluation.Execution;
using OlmoSharp.Evaluation.Metrics.Samples;
using OlmoSharp.Evaluation.Tasks;

namespace OlmoSharp.Evaluation.Runs;

/// <summary>Runs what a model wrote, with the tests of its document, in a sandbox.</summary>
internal static class CodeScorer
{
    private static readonly int[] Tries = [1, 5, 10];

    /// <summary>Scores documents by the samples that pass.</summary>
    /// <param name="spec">The task.</param>
    /// <param name="documents">Each document with its generated texts.</param>
    /// <param name="cancellation">Ends the programs.</param>
    /// <returns>For each document <c>pass_at_k</c> for every k that its samples allow, and how many samples passed.</returns>
    /// <exception cref="EvaluationException">There is no Python, or none that can be contained.</exception>
    public static async Task<IReadOnlyList<IReadOnlyDictionary<string, double>>> ScoreAsync(
        TaskSpec spec, IReadOnlyList<(EvaluationDocument Document, IReadOnlyList<string> Texts)> documents, CancellationToken cancellation)
    {
        var sandbox = await Sandbox.FindAsync(ProgramLanguage.Python, cancellationToken: cancellation).ConfigureAwait(false);
        List<string> programs = [.. documents.SelectMany(item => item.Texts.Select(text => Program(spec, item.Document, text)))];
        var limits = new ExecutionLimits { Time = spec.Task == "codex_humanevalplus" ? TimeSpan.FromSeconds(20) : new ExecutionLimits().Time };
        var results = await ProgramBatch.RunAsync(sandbox, programs, limits, cancellationToken: cancellation).ConfigureAwait(false);
        List<IReadOnlyDictionary<string, double>> scores = [];
        var next = 0;
        foreach (var (_, texts) in documents)
        {
            var passed = results.Skip(next).Take(texts.Count).Count(result => result.Passed);
            next += texts.Count;
            scores.Add(Tries.Where(tries => tries <= texts.Count).ToDictionary(tries => $"pass_at_{tries}", tries => PassAtK.Estimate(texts.Count, passed, tries)));
        }

        return scores;
    }

    private static string Program(TaskSpec spec, EvaluationDocument document, string text) => spec.Scoring == AnswerScoring.HumanEval
        ? CodeProblem.HumanEval(document.Row.Text("prompt"), text, document.Row.Text("test"), document.Row.Text("entry_point"))
        // Without test_setup_code, as OLMES runs them: two of MBPP's own solutions fail for it.
        : CodeProblem.Mbpp(text, document.Row.Texts("test_list"));
}
