using System.CommandLine;
using System.CommandLine.Invocation;

namespace OlmoSharp.Cli.Help;

/// <summary>Answers <c>--help</c>, whatever else is wrong with the command line.</summary>
internal sealed class HelpTextAction : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        HelpText.Write(parseResult.CommandResult.Command, Terminal.Of(parseResult).Output);
        return ExitCode.Success;
    }
}
