using OlmoSharp.Cli.Help;

namespace OlmoSharp.Cli.Commands.Report;

/// <summary><c>olmo report</c>.</summary>
internal sealed class ReportCommand : OlmoCommand
{
    public ReportCommand()
        : base("report", "Show what a training run logged, or make a page of it")
    {
        Group = CommandGroup.Analysis;
        Add(new ReportShowCommand());
        Add(new ReportBuildCommand());
    }
}
