using OlmoSharp.Cli.Help;

namespace OlmoSharp.Cli.Commands.Eval;

/// <summary><c>olmo eval</c>.</summary>
internal sealed class EvalCommand : OlmoCommand
{
    public EvalCommand()
        : base("eval", "Evaluate models: tasks, the requests that they make, and scores")
    {
        Group = CommandGroup.Analysis;
        Add(new EvalListCommand());
        Add(new EvalFetchCommand());
        Add(new EvalInspectCommand());
        Add(new EvalRequestsCommand());
        Add(new EvalRunCommand());
        Add(new EvalPerplexityCommand());
        Add(new EvalJudgeCommand());
        Add(new EvalCompareCommand());
        Add(new EvalConformanceCommand());
        Add(new EvalFewshotCommand());
    }
}
