using System.CommandLine;
using OlmoSharp.Cli.Help;

namespace OlmoSharp.Cli.Commands.Completion;

/// <summary><c>olmo completion</c>: the script that makes a shell ask <c>olmo [suggest]</c> for completions.</summary>
internal sealed class CompletionCommand : RunnableCommand
{
    private readonly Argument<string> _shell = new("shell") { Description = "bash, zsh or pwsh" };

    public CompletionCommand()
        : base("completion", "Print the script that completes 'olmo' in a shell when one presses Tab")
    {
        Group = CommandGroup.Tool;
        _shell.AcceptOnlyFromAmong([.. CompletionScript.Shells]);
        Add(_shell);
        Examples =
        [
            new("olmo completion bash >> ~/.bashrc", "Complete in bash from the next shell on"),
            new("olmo completion zsh >> ~/.zshrc", "The same for zsh, after its compinit"),
            new("olmo completion pwsh >> $PROFILE", "The same for PowerShell"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        await terminal.Output.WriteAsync(CompletionScript.For(arguments.GetRequiredValue(_shell)));
        return ExitCode.Success;
    }
}
